/* card.c - the addresses in a calendar or a contact. What an address property says is followed as
 * it stands; in words, in pages and in parameters it is looked for as in any text. Then the bare
 * text is read once more, for programs that show it so. */
#include "card.h"

#include <string.h>

#include "bounds.h"
#include "content.h"
#include "link/link_private.h"
#include "text/text_view.h"
#include "url.h"

static const char *const types[] = {"text/calendar",    "text/x-vcalendar",  "text/vcard",
                                    "text/x-vcard",     "text/x-vcf",        "text/directory",
                                    "application/ics",  "application/vcard", "text/ics",
                                    "text/x-icalendar", "application/x-ics"};
static const char *const endings[] = {".ics", ".vcs", ".ifb", ".vcf", ".vcard", NULL};

static gboolean
is_typed(const Part *part)
{
  for (guint i = 0; i < G_N_ELEMENTS(types); i++)
    if (strcmp(part->type, types[i]) == 0)
      return TRUE;
  return FALSE;
}

gboolean
card_may_be(const Part *part)
{
  return is_typed(part) || part_is_named(part, endings);
}

/* By its name: readers forgive a byte order mark, and some a few words in front. */
gboolean
card_is(const Part *part, const unsigned char *utf8, size_t len)
{
  while (len > 0 && *utf8 <= ' ')
    utf8++, len--;
  return is_typed(part) ||
         (part_is_named(part, endings) && find_fold(utf8, MIN(len, KIB(4)), "begin:v") != NULL);
}

/* --- one line --- */

typedef struct cards {
  const unsigned char *utf8;
  size_t len;
  GArray *links;
} Cards;

/* Takes a link whose span lies in the view; from there to the source. */
static void
take(Cards *cards, const CardLine *line, Link *link)
{
  Range raw = card_line_raw(line, link->span);
  if (raw.len == 0)
    return;
  link->label = link->span;
  link->span = card_line_source(line, raw);
  link->tag = line->whole;
  link->attribute = range_make(0, 0);
  link->mark = range_end(link->span);
  link->anchor = -1;
  if (link->element == NULL)
    link->element = line->name;
  g_array_append_val(cards->links, *link);
  memset(link, 0, sizeof *link);
}

/* Those of view[from, to). */
static gboolean
find(Cards *cards, const CardLine *line, size_t from, size_t to, gboolean page)
{
  g_autoptr(GArray) found = links_new();
  const unsigned char *text = (const unsigned char *)line->view->str + from;
  gboolean whole = page ? html_links(text, to - from, found) : text_links(text, to - from, found);
  for (guint i = 0; i < found->len; i++) {
    Link *link = &g_array_index(found, Link, i);
    link->span.off += from;
    take(cards, line, link);
  }
  return whole;
}

static gboolean
address(Cards *cards, const CardLine *line)
{
  const char *value = line->view->str + line->value;
  size_t len = line->view->len - line->value;
  Link link = {.use = line->loads ? LINK_LOAD : LINK_FOLLOW,
               .span = range_make(line->value, len),
               .target = link_target(value, len)};
  gboolean one = link.target != NULL && strpbrk(link.target, " \n") == NULL;
  if (one)
    take(cards, line, &link);
  link_clear(&link);
  return one || find(cards, line, line->value, line->view->len, FALSE);
}

static gboolean
line_links(Cards *cards, const CardLine *line)
{
  size_t name = 0;
  while (name < line->value && strchr(";:", line->raw->str[name]) == NULL)
    name++;
  gboolean whole = find(cards, line, name, MIN(line->value, line->view->len), FALSE);
  if (line->view->len <= line->value)
    return whole;
  if (line->kind == CARD_ADDRESS)
    return address(cards, line) && whole;
  return find(cards, line, line->value, line->view->len, line->kind == CARD_HTML) && whole;
}

/* --- all lines --- */

gboolean
card_links(const unsigned char *utf8, size_t len, GArray *links)
{
  Cards cards = {utf8, len, links};
  g_autoptr(GArray) bare = links_new();
  gboolean whole = TRUE;
  for (size_t at = 0; at < len && links->len < LIMIT_LINKS;) {
    g_autoptr(CardLine) line = card_line_read(utf8, len, at);
    whole = line_links(&cards, line) && !line->broken && whole;
    at = line->next;
  }
  whole = text_links(utf8, len, bare) && whole;
  links_take_bare(links, bare);
  return whole && links->len < LIMIT_LINKS;
}
