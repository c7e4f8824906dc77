/* fields.c - links in header fields. Hardly any reader makes a link of what stands in a subject or
 * a name, so there only what is plainly meant as an address counts; what unsubscribes, or loads a
 * base, is followed as it stands. */
#include "fields.h"

#include <string.h>

#include "bounds.h"
#include "field_place.h"
#include "link/link_private.h"
#include "link/link_traits.h"

#define FALSE_ALARMS                                                                               \
  (TRAIT(USERINFO) | TRAIT(OBFUSCATED_HOST) | TRAIT(MALFORMED) | TRAIT(NUMERIC_HOST))

typedef struct header {
  const Part *part;
  const Field *field;
  const char *name; /* lower case, static */
  GPtrArray *findings;
} Header;

/* The link's place: `tag` is the text in the field's value, `span` lies in the text decoded. */
static Link
link_in(const Header *header, const FieldText *text, Range span, unsigned flags)
{
  return (Link){.use = LINK_HEADER,
                .flags = flags,
                .span = span,
                .tag = text->at,
                .anchor = -1,
                .target = g_strndup(text->text + span.off, span.len),
                .element = header->name};
}

static void
add_finding(const Header *header, Link *link, Url *url)
{
  Finding *finding = link_finding(link, url, header->part);
  finding->at = header->field->whole;
  finding->layer = header->part->layer;
  g_ptr_array_add(header->findings, finding);
}

static gboolean
is_meant(const Link *link)
{
  return (link->flags & LINK_BARE) == 0 || g_ascii_strncasecmp(link->target, "www.", 4) == 0;
}

/* Bare hosts are told of because rules may know them; what is odd about them proves nothing, and in
 * a name not even that. */
static void
add_shown(const Header *header, const FieldText *text, FieldPlace place)
{
  g_autoptr(GArray) links = links_new();
  text_links((const unsigned char *)text->text, strlen(text->text), links);
  for (guint i = 0; i < links->len; i++) {
    const Link *found = &g_array_index(links, Link, i);
    gboolean mail = g_ascii_strncasecmp(found->target, "mailto:", 7) == 0;
    Link link = link_in(header, text, found->span, found->flags);
    g_autoptr(Url) url = link_url(&link, NULL);
    if (!mail && (is_meant(found) || place == PLACE_TEXT) && link_leads_out(&link, url))
      add_finding(header, &link, g_steal_pointer(&url));
    if (link.target == NULL && !is_meant(found)) {
      Finding *finding = g_ptr_array_index(header->findings, header->findings->len - 1);
      finding->traits &= ~FALSE_ALARMS;
    }
    link_clear(&link);
  }
}

/* Of the finding before, whose host this one may share. */
static const Url *
last_url(const Header *header)
{
  const GPtrArray *findings = header->findings;
  const Finding *last = findings->len > 0 ? g_ptr_array_index(findings, findings->len - 1) : NULL;
  return last != NULL ? last->url : NULL;
}

/* Lists often say "<leave@list.example>" for mailto:, and readers take it so. */
static gboolean
is_mail(const char *text)
{
  return strchr(text, '@') != NULL && strpbrk(text, "/:\\") == NULL;
}

static void
add_whole(const Header *header, const FieldText *text)
{
  Link link = link_in(header, text, range_make(0, strlen(text->text)), 0);
  if (is_mail(text->text)) {
    g_free(link.target);
    link.target = g_strconcat("mailto:", text->text, NULL);
  }
  g_autoptr(Url) url = link_url(&link, last_url(header));
  if (link_leads_out(&link, url))
    add_finding(header, &link, g_steal_pointer(&url));
  link_clear(&link);
}

/* A program goes by the field, address or not: one that is none leads nowhere by itself. */
static void
add_order(const Header *header, const FieldText *text)
{
  Link link = link_in(header, text, range_make(0, strlen(text->text)), 0);
  g_autoptr(Url) url = link_url(&link, NULL);
  if (link_is_relative(link.target, strlen(link.target))) {
    link.flags |= LINK_RELATIVE;
    g_clear_pointer(&url, url_free);
  }
  add_finding(header, &link, g_steal_pointer(&url));
}

static void
inspect_field(const Header *header, const unsigned char *value, size_t len)
{
  FieldPlace place = field_place(header->name);
  g_autoptr(GArray) texts = field_texts(header->name, value, len);
  for (guint i = 0; i < texts->len; i++) {
    const FieldText *text = &g_array_index(texts, FieldText, i);
    if (place == PLACE_TEXT || place == PLACE_NAMES)
      add_shown(header, text, place);
    else if (place == PLACE_ORDER)
      add_order(header, text);
    else
      add_whole(header, text);
  }
}

static gboolean
is_of_part(const char *name)
{
  return g_str_has_prefix(name, "content-") && strcmp(name, "content-class") != 0;
}

void
inspect_fields(const Tree *tree, const Part *part, GPtrArray *findings)
{
  const Layer *layer = tree_layer(tree, part->layer);
  const unsigned char *bytes = g_bytes_get_data(layer->bytes, NULL);
  const guint first = findings->len;
  gboolean message = part->parent == NULL || (part->parent->flags & PART_MESSAGE) != 0;
  for (guint i = part->fields; i < part->fields + part->nfields && i < layer->lexed->fields->len;
       i++) {
    const Field *field = &g_array_index(layer->lexed->fields, Field, i);
    g_autofree char *name =
        g_ascii_strdown((const char *)bytes + field->name.off, (gssize)field->name.len);
    Header header = {part, field, NULL, findings};
    if (field_place(name) == PLACE_NONE || (!message && !is_of_part(name)))
      continue;
    if (findings->len - first >= LIMIT_LINKS) {
      add_anomaly(findings, part, ANOMALY_LIMIT, "more links than LIMIT_LINKS");
      return;
    }
    header.name = field_place_name(name);
    inspect_field(&header, bytes + field->value.off, field->value.len);
  }
}
