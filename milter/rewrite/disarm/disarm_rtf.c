/* disarm_rtf.c - RTF 1.9: objects, templates and fields that ask other programs.
 *
 * An object is a group that begins with \object; in it \objdata holds the object, and \result what
 * a reader sees of it. The group goes and leaves its result. A template is a group of its own, and
 * so is the code of a field, whose result stands behind it. Everything else stays byte for byte.
 * RTF is easily written so that readers differ (groups that are not closed, \bin with a false
 * length): what is not of this plain form is not touched, is found again, and the file is removed.
 */
#include "disarming.h"

#include <string.h>

#include "bounds.h"
#include "edit.h"
#include "error.h"

typedef enum role { ROLE_NONE, ROLE_OBJECT, ROLE_RESULT, ROLE_TEMPLATE, ROLE_CODE } Role;

typedef struct group {
  size_t start; /* of its brace */
  size_t body;  /* behind its first control word */
  Role role;
  gboolean named; /* its first control word was seen */
  Range result;   /* of an object; empty for none */
} Group;

typedef struct rtf {
  const unsigned char *bytes;
  size_t len;
  GArray *groups;
  Edits *edits;
  unsigned objects, codes; /* open ones */
  BitSet removed;
} Rtf;

static Group *
group_top(const Rtf *rtf)
{
  return rtf->groups->len ? &g_array_index(rtf->groups, Group, rtf->groups->len - 1) : NULL;
}

static Group *
group_object(const Rtf *rtf)
{
  for (guint i = rtf->groups->len; i-- > 0;) {
    Group *group = &g_array_index(rtf->groups, Group, i);

    if (group->role == ROLE_OBJECT)
      return group;
  }
  return NULL;
}

static Role
role_of(const char *word, size_t len)
{
  static const struct {
    const char *word;
    Role role;
  } roles[] = {{"object", ROLE_OBJECT},
               {"result", ROLE_RESULT},
               {"template", ROLE_TEMPLATE},
               {"fldinst", ROLE_CODE}};

  for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
    if (strlen(roles[i].word) == len && memcmp(roles[i].word, word, len) == 0)
      return roles[i].role;
  return ROLE_NONE;
}

/* --- control words --- */

static size_t
word_end(const Rtf *rtf, size_t at)
{
  while (at < rtf->len && g_ascii_isalpha(rtf->bytes[at]))
    at++;
  if (at < rtf->len && rtf->bytes[at] == '-')
    at++;
  while (at < rtf->len && g_ascii_isdigit(rtf->bytes[at]))
    at++;
  return at;
}

/* \binN is followed by a blank and N bytes of anything. */
static size_t
bin_end(const Rtf *rtf, size_t digits, size_t end)
{
  guint64 count = 0;

  for (; digits < end && count <= rtf->len; digits++)
    count = count * 10 + (guint64)(rtf->bytes[digits] - '0');
  if (end < rtf->len && rtf->bytes[end] == ' ')
    end++;
  return count > rtf->len - end ? rtf->len : end + (size_t)count;
}

/* Behind the backslash. Returns where reading goes on. */
static size_t
read_control(Rtf *rtf, size_t at)
{
  Group *group = group_top(rtf);
  const char *word = (const char *)rtf->bytes + at;
  size_t letters = 0, end;

  while (at + letters < rtf->len && g_ascii_isalpha(word[letters]))
    letters++;
  if (letters == 0) /* \* \' \{ and so on: one character */
    return at + 1;
  end = word_end(rtf, at);
  if (letters == 3 && memcmp(word, "bin", 3) == 0)
    return bin_end(rtf, at + 3, end);
  if (group && !group->named) {
    group->named = TRUE;
    group->role = role_of(word, letters);
    group->body = end;
    rtf->objects += group->role == ROLE_OBJECT;
    rtf->codes += group->role == ROLE_CODE;
  }
  return end;
}

/* --- groups --- */

/* A field whose code would be found to act, or is near enough to one that would. */
static gboolean
code_acts(const Rtf *rtf, Range code)
{
  const unsigned char *bytes = rtf->bytes + code.off;
  g_autofree char *upper = g_ascii_strup((const char *)bytes, (gssize)code.len);

  return strstr(upper, "DDE") || strstr(upper, "INCLUDETEXT") || strstr(upper, "INCLUDEPICTURE") ||
         rtf_instructions_traits(bytes, code.len) != 0;
}

static void
cut_object(Rtf *rtf, const Group *group, Range whole)
{
  GString *with = g_string_new("{");

  g_string_append_len(with, (const char *)rtf->bytes + group->result.off,
                      (gssize)group->result.len);
  g_string_append_c(with, '}');
  edits_add(rtf->edits, whole, with->str, group->result.len ? with->len : 0);
  g_string_free(with, TRUE);
  rtf->removed |= TRAIT(OLE_OBJECT);
}

static void
cut(Rtf *rtf, Range whole, const char *with, BitSet traits)
{
  edits_add_string(rtf->edits, whole, with);
  rtf->removed |= traits;
}

/* Of what is nested the outermost goes, as a whole; so each byte is looked at once. */
static void
close_group(Rtf *rtf, const Group *group, size_t end)
{
  Range whole = {group->start, end - group->start};
  Range body = {group->body, end - 1 - group->body};
  Group *object = group->role == ROLE_RESULT ? group_object(rtf) : NULL;

  rtf->objects -= group->role == ROLE_OBJECT;
  rtf->codes -= group->role == ROLE_CODE;
  if (object && !object->result.len)
    object->result = body;
  if (rtf->objects > 0)
    return;
  if (group->role == ROLE_OBJECT)
    cut_object(rtf, group, whole);
  else if (group->role == ROLE_TEMPLATE)
    cut(rtf, whole, "", TRAIT(REMOTE_TEMPLATE));
  else if (group->role == ROLE_CODE && rtf->codes == 0 && code_acts(rtf, whole))
    cut(rtf, whole, "{\\*\\fldinst }", TRAIT(DDE));
}

static gboolean
read_groups(Rtf *rtf)
{
  for (size_t at = 0; at < rtf->len;) {
    unsigned char c = rtf->bytes[at++];

    if (c == '\\') {
      at = at < rtf->len ? read_control(rtf, at) : at;
    } else if (c == '{') {
      Group group = {.start = at - 1, .body = at};

      if (rtf->groups->len >= LIMIT_RTF_DEPTH)
        return FALSE;
      g_array_append_val(rtf->groups, group);
    } else if (c == '}') {
      Group group;

      if (rtf->groups->len == 0)
        return FALSE;
      group = *group_top(rtf);
      g_array_set_size(rtf->groups, rtf->groups->len - 1);
      close_group(rtf, &group, at);
    } else if (c > ' ' && group_top(rtf)) {
      group_top(rtf)->named = TRUE; /* text comes first */
    }
  }
  return rtf->groups->len == 0;
}

static GBytes *
take_out(GBytes *content, Disarming *disarming, GError **error)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);
  g_autoptr(GArray) groups = g_array_new(FALSE, TRUE, sizeof(Group));
  g_autoptr(Edits) edits = edits_new();
  Rtf rtf = {.bytes = bytes, .len = len, .groups = groups, .edits = edits};

  if (!disarming->orders->active)
    return g_bytes_ref(content);
  if (!read_groups(&rtf)) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA,
                "RTF: groups that do not close, or too deep");
    return NULL;
  }
  disarming->taken.traits |= rtf.removed;
  return edits_splice(content, edits, error);
}

/* Words stand in Rich Text as well, and are broken there, unless letters of them are references. */
static gboolean
is_plain_text(const RtfPage *page, const Link *link)
{
  return link->use == LINK_TEXT && !memchr(page->text->str + link->span.off, '&', link->span.len);
}

/* Those in tags of a page that is stored in it, however they are written there. */
static gboolean
kill_page_links(const RtfView *view, Disarming *disarming, Edits *edits)
{
  g_autoptr(RtfPage) page = rtf_page_new(view);
  g_autoptr(GArray) links = links_new();
  Range at;

  if (!page)
    return TRUE;
  if (!html_links((const unsigned char *)page->text->str, page->text->len, links))
    return FALSE;
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);

    if (is_plain_text(page, link) || !disarming_dead(disarming, link->target) ||
        !rtf_page_view(page, link->span, &at))
      continue;
    edits_add_string(edits, rtf_view_source(view, at), "about:blank");
    disarming->taken.links++;
  }
  return TRUE;
}

/* Addresses are broken where they stand: groups and formatting around their letters stay. */
static GBytes *
kill_links(GBytes *content, Disarming *disarming, GError **error)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);
  g_autoptr(GArray) links = links_new();
  g_autoptr(RtfView) view = rtf_view_new(bytes, len);
  g_autoptr(Edits) edits = edits_new();

  if (!rtf_links(bytes, len, links) || !kill_page_links(view, disarming, edits)) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "RTF: more links than LIMIT_LINKS");
    return NULL;
  }
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);

    if (link->label.len == 0 || !disarming_dead(disarming, link->target))
      continue;
    rtf_deaden(view, link->label, edits);
    disarming->taken.links++;
  }
  return edits_splice(content, edits, error);
}

GBytes *
disarm_rtf(GBytes *content, Disarming *disarming, GError **error)
{
  g_autoptr(GBytes) inert = take_out(content, disarming, error);

  if (!inert || !disarming->orders->dead || g_hash_table_size(disarming->orders->dead) == 0)
    return g_steal_pointer(&inert);
  return kill_links(inert, disarming, error);
}
