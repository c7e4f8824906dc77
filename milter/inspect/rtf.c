/* rtf.c - Rich Text Format as a program reads it: groups, control words, escapes.
 *
 * Everything but data becomes one run of text, in the order of the source; where it goes from the
 * words that are shown to a field's instruction or another destination, a line end comes between.
 * Then addresses are looked for as in any text. So an address is found however its letters are
 * written (\'68, \u104, split by groups), and whatever reads it. */
#include "rtf.h"

#include <string.h>

#include "bounds.h"
#include "document.h"
#include "finding.h"
#include "text/text_view.h"

typedef enum dest { DEST_SHOWN, DEST_FIELD, DEST_TEMPLATE, DEST_TAG, DEST_HIDDEN, DEST_DATA } Dest;

typedef struct group {
  Dest dest;
  unsigned skip;  /* \uc: characters that stand for one \u */
  gboolean aside; /* \htmlrtf: not part of the page that is stored in it */
} Group;

typedef struct place {
  size_t at; /* in the view */
  Dest dest;
  gboolean inside; /* a field in the code of another one */
  gboolean aside;
  gboolean apart; /* a line end stands before it, which is nowhere in the source */
} Place;

typedef struct rtf {
  const unsigned char *bytes;
  size_t len, at;
  RtfView *view;
  GArray *outer; /* Group */
  size_t deep;   /* groups beyond the limit */
  Group group;
  unsigned skip;  /* characters still to be left out after \u */
  gboolean fresh; /* behind "{" or "{\*" */
} Rtf;

typedef struct word {
  const char *text;
  size_t len;
  Dest dest;
} Word;

#define WORD(text, dest)                                                                           \
  {                                                                                                \
    text, sizeof(text) - 1, dest                                                                   \
  }

static const Word dests[] = {
    WORD("fldinst", DEST_FIELD),     WORD("fldrslt", DEST_SHOWN),
    WORD("template", DEST_TEMPLATE), WORD("pict", DEST_DATA),
    WORD("objdata", DEST_DATA),      WORD("fonttbl", DEST_DATA),
    WORD("colortbl", DEST_DATA),     WORD("datastore", DEST_DATA),
    WORD("themedata", DEST_DATA),    WORD("blipuid", DEST_DATA),
    WORD("latentstyles", DEST_DATA), WORD("info", DEST_HIDDEN),
    WORD("stylesheet", DEST_HIDDEN), WORD("datafield", DEST_DATA),
    WORD("shpinst", DEST_HIDDEN),    WORD("htmltag", DEST_TAG),
};

/* What parts the words around it. */
static const Word blanks[] = {
    WORD("par", 0),  WORD("line", 0), WORD("tab", 0),      WORD("cell", 0),     WORD("row", 0),
    WORD("sect", 0), WORD("page", 0), WORD("nestcell", 0), WORD("softline", 0),
};

static const Word *
find_word(const Word *words, size_t count, const unsigned char *text, size_t len)
{
  for (size_t i = 0; i < count; i++)
    if (words[i].len == len && memcmp(words[i].text, text, len) == 0)
      return &words[i];
  return NULL;
}

/* --- the view --- */

static void
put(Rtf *rtf, const char *utf8, size_t from, size_t to)
{
  RtfView *view = rtf->view;
  if (rtf->group.dest == DEST_DATA)
    return;
  if (view->text->len >= LIMIT_RTF_TEXT) {
    view->cut = TRUE;
    return;
  }
  for (const char *p = utf8; *p != '\0'; p++) {
    const guint32 start = (guint32)from, end = (guint32)to;
    g_string_append_c(view->text, *p);
    g_array_append_val(view->from, start);
    g_array_append_val(view->to, end);
  }
}

static void
add_place(RtfView *view, Place place)
{
  place.at = view->text->len;
  if (view->places->len < LIMIT_RTF_PLACES)
    g_array_append_val(view->places, place);
  else
    view->cut = TRUE;
}

static void
enter(Rtf *rtf, Dest dest)
{
  Place place = {.dest = dest, .aside = rtf->group.aside};
  if (rtf->group.dest == dest)
    return;
  rtf->group.dest = dest == DEST_DATA ? DEST_HIDDEN : dest;
  place.apart = rtf->view->text->len > 0 && rtf->view->text->len < LIMIT_RTF_TEXT;
  if (rtf->view->text->len > 0)
    put(rtf, "\n", rtf->at, rtf->at);
  rtf->group.dest = dest;
  add_place(rtf->view, place);
}

/* A field's code begins, where that of another one is read already: by "\*" it is left for a
 * moment.
 */
static void
enter_field(Rtf *rtf)
{
  const Place place = {.dest = DEST_FIELD, .inside = TRUE, .aside = rtf->group.aside};
  enter(rtf, DEST_FIELD);
  if (rtf->outer->len > 0 &&
      g_array_index(rtf->outer, Group, rtf->outer->len - 1).dest == DEST_FIELD)
    add_place(rtf->view, place);
}

static void
set_aside(Rtf *rtf, gboolean aside)
{
  const Place place = {.dest = rtf->group.dest, .aside = aside};
  if (rtf->group.aside == aside)
    return;
  rtf->group.aside = aside;
  add_place(rtf->view, place);
}

/* A character of the text, or one of those that stand for a \u before it. */
static void
put_char(Rtf *rtf, gunichar c, size_t from)
{
  char utf8[8] = {0};
  if (rtf->skip > 0) {
    rtf->skip--;
    return;
  }
  rtf->fresh = FALSE;
  if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
    c = 0xfffd;
  g_unichar_to_utf8(c, utf8);
  put(rtf, utf8, from, rtf->at);
}

/* How many bytes from here on are a character each, of ASCII, as written. */
static size_t
run_length(const Rtf *rtf)
{
  size_t at = rtf->at;
  while (at < rtf->len && rtf->bytes[at] >= ' ' && rtf->bytes[at] < 0x80 &&
         rtf->bytes[at] != '\\' && rtf->bytes[at] != '{' && rtf->bytes[at] != '}')
    at++;
  return at - rtf->at;
}

/* What put_char does of each of them. */
static void
put_run(Rtf *rtf, size_t len)
{
  RtfView *view = rtf->view;
  size_t from = rtf->at, had = view->text->len;
  size_t some = had < LIMIT_RTF_TEXT ? MIN(len, LIMIT_RTF_TEXT - had) : 0;
  rtf->at += len;
  rtf->fresh = FALSE;
  if (rtf->group.dest == DEST_DATA)
    return;
  view->cut |= some < len;
  g_string_append_len(view->text, (const char *)rtf->bytes + from, (gssize)some);
  g_array_set_size(view->from, (guint)(had + some));
  g_array_set_size(view->to, (guint)(had + some));
  for (size_t i = 0; i < some; i++) {
    g_array_index(view->from, guint32, had + i) = (guint32)(from + i);
    g_array_index(view->to, guint32, had + i) = (guint32)(from + i + 1);
  }
}

/* --- groups --- */

static void
group_open(Rtf *rtf)
{
  if (rtf->outer->len < LIMIT_RTF_DEPTH) {
    g_array_append_val(rtf->outer, rtf->group);
  } else {
    rtf->deep++;
    rtf->view->cut = TRUE;
  }
  rtf->skip = 0;
  rtf->fresh = TRUE;
}

static void
group_close(Rtf *rtf)
{
  rtf->skip = 0;
  rtf->fresh = FALSE;
  if (rtf->deep > 0) {
    rtf->deep--;
  } else if (rtf->outer->len > 0) {
    Group outer = g_array_index(rtf->outer, Group, rtf->outer->len - 1);
    g_array_set_size(rtf->outer, rtf->outer->len - 1);
    enter(rtf, outer.dest);
    set_aside(rtf, outer.aside);
    rtf->group = outer;
  }
}

/* --- control words --- */

static gboolean
is_word(const Rtf *rtf, Range word, const char *name)
{
  return word.len == strlen(name) && memcmp(rtf->bytes + word.off, name, word.len) == 0;
}

static void
do_word(Rtf *rtf, Range word, gboolean valued, gint64 value, size_t from)
{
  const unsigned char *text = rtf->bytes + word.off;
  const Word *dest = find_word(dests, G_N_ELEMENTS(dests), text, word.len);
  if (dest != NULL) {
    if (dest->dest == DEST_FIELD)
      enter_field(rtf);
    else
      enter(rtf, dest->dest);
    return;
  }
  if (is_word(rtf, word, "bin") && value > 0) {
    rtf->at += MIN((size_t)value, rtf->len - rtf->at);
  } else if (is_word(rtf, word, "uc") && valued) {
    rtf->group.skip = (unsigned)CLAMP(value, 0, 16);
  } else if (is_word(rtf, word, "fromhtml")) {
    rtf->view->page = TRUE;
  } else if (is_word(rtf, word, "htmlrtf")) {
    set_aside(rtf, !valued || value != 0);
  } else if (is_word(rtf, word, "u") && valued) {
    rtf->skip = 0;
    put_char(rtf, (gunichar)(value < 0 ? value + 65536 : value), from);
    rtf->skip = rtf->group.skip;
  }
  if (find_word(blanks, G_N_ELEMENTS(blanks), text, word.len) != NULL)
    put(rtf, "\n", from, rtf->at);
}

/* "\word123 ": letters, a number, one blank. */
static void
read_word(Rtf *rtf, size_t from)
{
  Range word = {rtf->at, 0};
  gboolean minus = FALSE, valued = FALSE;
  gint64 value = 0;
  while (rtf->at < rtf->len && g_ascii_isalpha(rtf->bytes[rtf->at]))
    rtf->at++;
  word.len = rtf->at - word.off;
  if (rtf->at + 1 < rtf->len && rtf->bytes[rtf->at] == '-' &&
      g_ascii_isdigit(rtf->bytes[rtf->at + 1])) {
    minus = TRUE;
    rtf->at++;
  }
  for (; rtf->at < rtf->len && g_ascii_isdigit(rtf->bytes[rtf->at]); rtf->at++) {
    valued = TRUE;
    value = MIN(value * 10 + rtf->bytes[rtf->at] - '0', G_MAXINT32);
  }
  if (rtf->at < rtf->len && rtf->bytes[rtf->at] == ' ')
    rtf->at++;
  do_word(rtf, word, valued, minus ? -value : value, from);
  rtf->fresh = FALSE;
}

static void
read_hex(Rtf *rtf, size_t from)
{
  int high = rtf->at < rtf->len ? g_ascii_xdigit_value((char)rtf->bytes[rtf->at]) : -1;
  int low = rtf->at + 1 < rtf->len ? g_ascii_xdigit_value((char)rtf->bytes[rtf->at + 1]) : -1;
  if (high < 0 || low < 0)
    return;
  rtf->at += 2;
  unsigned c = (unsigned)(high * 16 + low);
  put_char(rtf, c < 0x80 ? c : 0xfffd, from);
}

static void
read_control(Rtf *rtf)
{
  size_t from = rtf->at++;
  if (rtf->at >= rtf->len)
    return;
  int c = rtf->bytes[rtf->at];
  if (g_ascii_isalpha(c)) {
    read_word(rtf, from);
    return;
  }
  rtf->at++;
  if (c == '\'')
    read_hex(rtf, from);
  else if (c == '*' && rtf->fresh)
    enter(rtf, DEST_HIDDEN);
  else if (strchr("\\{}", c) != NULL && c != '\0')
    put_char(rtf, (gunichar)c, from);
  else if (c == '_')
    put_char(rtf, '-', from);
  else if (c == '~' || c == '\n' || c == '\r')
    put_char(rtf, ' ', from);
}

static gboolean
may_be_rtf(const Part *part)
{
  static const char *const endings[] = {".rtf", ".doc", NULL};

  return strstr(part->type, "rtf") != NULL || strcmp(part->type, "application/msword") == 0 ||
         part_is_named(part, endings);
}

gboolean
rtf_is(const Part *part, const unsigned char *bytes, size_t len)
{
  if (!may_be_rtf(part))
    return FALSE;
  while (len > 0 && *bytes <= ' ')
    bytes++, len--;
  return len > 4 && memcmp(bytes, "{\\rt", 4) == 0;
}

RtfView *
rtf_view_new(const unsigned char *bytes, size_t len)
{
  RtfView *view = g_new0(RtfView, 1);
  Rtf rtf = {.bytes = bytes, .len = len, .view = view, .group = {DEST_SHOWN, 1, FALSE}};
  view->text = g_string_new(NULL);
  view->from = g_array_new(FALSE, FALSE, sizeof(guint32));
  view->to = g_array_new(FALSE, FALSE, sizeof(guint32));
  view->places = g_array_new(FALSE, FALSE, sizeof(Place));
  g_autoptr(GArray) outer = g_array_new(FALSE, FALSE, sizeof(Group));
  rtf.outer = outer;
  while (rtf.at < len) {
    int c = bytes[rtf.at];
    size_t run = rtf.skip == 0 ? run_length(&rtf) : 0;
    if (run > 0) {
      put_run(&rtf, run);
      continue;
    }
    if (c == '\\') {
      read_control(&rtf);
      continue;
    }
    size_t from = rtf.at++;
    if (c == '{')
      group_open(&rtf);
    else if (c == '}')
      group_close(&rtf);
    else if (c != '\r' && c != '\n')
      put_char(&rtf, c < 0x80 ? (gunichar)c : 0xfffd, from);
  }
  return view;
}

void
rtf_view_free(RtfView *view)
{
  if (view == NULL)
    return;
  g_string_free(view->text, TRUE);
  g_array_unref(view->from);
  g_array_unref(view->to);
  g_array_unref(view->places);
  g_free(view);
}

Range
rtf_view_source(const RtfView *view, Range range)
{
  size_t from = g_array_index(view->from, guint32, range.off);
  return range_make(from, g_array_index(view->to, guint32, range_end(range) - 1) - from);
}

/* --- the page that is stored in it ([MS-OXRTFEX]) --- */

static void
page_add(RtfPage *page, const RtfView *view, size_t from, size_t to)
{
  const size_t run[] = {page->text->len, from};
  if (to <= from)
    return;
  g_array_append_vals(page->runs, run, 2);
  g_string_append_len(page->text, view->text->str + from, (gssize)(to - from));
}

RtfPage *
rtf_page_new(const RtfView *view)
{
  RtfPage *page = NULL;
  Place now = {.dest = DEST_SHOWN};
  if (!view->page)
    return NULL;
  page = g_new0(RtfPage, 1);
  page->text = g_string_new(NULL);
  page->runs = g_array_new(FALSE, FALSE, sizeof(size_t));
  for (guint i = 0; i <= view->places->len; i++) {
    const gboolean last = i == view->places->len;
    Place next = {.at = view->text->len};
    if (!last)
      next = g_array_index(view->places, Place, i);
    if ((now.dest == DEST_SHOWN || now.dest == DEST_TAG) && !now.aside)
      page_add(page, view, now.at, next.at - (next.apart ? 1 : 0));
    now = next;
  }
  return page;
}

void
rtf_page_free(RtfPage *page)
{
  if (page == NULL)
    return;
  g_string_free(page->text, TRUE);
  g_array_unref(page->runs);
  g_free(page);
}

gboolean
rtf_page_view(const RtfPage *page, Range range, Range *view)
{
  guint low = 0, high = page->runs->len / 2;
  while (high - low > 1) {
    guint mid = low + (high - low) / 2;
    if (g_array_index(page->runs, size_t, 2 * mid) <= range.off)
      low = mid;
    else
      high = mid;
  }
  size_t end = 2 * low + 2 < page->runs->len ? g_array_index(page->runs, size_t, 2 * low + 2)
                                             : page->text->len;
  if (page->runs->len == 0 || range.len == 0 || range_end(range) > end)
    return FALSE;
  *view = range_make(range.off - g_array_index(page->runs, size_t, 2 * low) +
                         g_array_index(page->runs, size_t, 2 * low + 1),
                     range.len);
  return TRUE;
}

/* --- instructions --- */

#define FIELD_WORDS    "field "
#define TEMPLATE_WORDS "template "

static void
end_instruction(GString *words, GPtrArray *instructions)
{
  if (words->len > 0)
    g_ptr_array_add(instructions, g_strdup(words->str));
  g_string_truncate(words, 0);
}

/* The text of a place, without the line end that parts it from the next. */
static Range
place_text(const RtfView *view, guint index)
{
  size_t from = g_array_index(view->places, Place, index).at, to = view->text->len;
  if (index + 1 < view->places->len)
    to = g_array_index(view->places, Place, index + 1).at;
  if (to > from && index + 1 < view->places->len &&
      g_array_index(view->places, Place, index + 1).apart)
    to--;
  return range_make(from, to - from);
}

GPtrArray *
rtf_instructions(const unsigned char *bytes, size_t len)
{
  g_autoptr(RtfView) view = rtf_view_new(bytes, MIN(len, LIMIT_TEXT));
  GPtrArray *instructions = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GString) words = g_string_new(NULL);
  Dest open = DEST_SHOWN;
  for (guint i = 0; i < view->places->len; i++) {
    Dest dest = g_array_index(view->places, Place, i).dest;
    Range text = place_text(view, i);
    if (dest == DEST_HIDDEN || dest == DEST_DATA || dest == DEST_TAG)
      continue;
    if (dest != open)
      end_instruction(words, instructions);
    open = dest;
    if (dest == DEST_SHOWN)
      continue;
    if (words->len == 0)
      g_string_append(words, dest == DEST_FIELD ? FIELD_WORDS : TEMPLATE_WORDS);
    if (g_array_index(view->places, Place, i).inside)
      g_string_append(words, FIELD_INSIDE);
    g_string_append_len(words, view->text->str + text.off, (gssize)text.len);
  }
  end_instruction(words, instructions);
  return instructions;
}

BitSet
rtf_instructions_traits(const unsigned char *bytes, size_t len)
{
  g_autoptr(GPtrArray) instructions = rtf_instructions(bytes, len);
  BitSet traits = 0;
  for (guint i = 0; i < instructions->len; i++) {
    const char *words = g_ptr_array_index(instructions, i);
    if (g_str_has_prefix(words, FIELD_WORDS))
      traits |= field_code_traits(words + strlen(FIELD_WORDS));
    else if (target_is_elsewhere(words + strlen(TEMPLATE_WORDS)))
      traits |= TRAIT(REMOTE_TEMPLATE);
  }
  return traits;
}

/* --- links --- */

/* The field's first word stands where the instruction begins. */
static void
set_use(const RtfView *view, const Place *place, Link *link)
{
  const char *start = view->text->str + place->at;
  while (*start == ' ')
    start++;
  if (place->dest == DEST_TEMPLATE) {
    link->use = LINK_LOAD;
    link->element = "template";
  } else if (place->dest == DEST_FIELD) {
    gboolean follow = g_ascii_strncasecmp(start, "HYPERLINK", 9) == 0;
    link->use = follow ? LINK_FOLLOW : LINK_LOAD;
    link->element = follow ? "hyperlink" : "include";
  } else if (place->dest == DEST_TAG) {
    link->element = "tag";
  }
}

gboolean
rtf_links(const unsigned char *bytes, size_t len, GArray *links)
{
  g_autoptr(RtfView) view = rtf_view_new(bytes, MIN(len, LIMIT_TEXT));
  g_autoptr(GArray) found = links_new();
  gboolean whole = text_links((const unsigned char *)view->text->str, view->text->len, found) &&
                   !view->cut && len <= LIMIT_TEXT;
  guint next = 0;
  for (guint i = 0; i < found->len && links->len < LIMIT_LINKS; i++) {
    Link *link = &g_array_index(found, Link, i);
    while (next > 0 && g_array_index(view->places, Place, next - 1).at > link->span.off)
      next--;
    while (next < view->places->len &&
           g_array_index(view->places, Place, next).at <= link->span.off)
      next++;
    if (next > 0)
      set_use(view, &g_array_index(view->places, Place, next - 1), link);
    link->label = link->span;
    link->span = rtf_view_source(view, link->span);
    link->mark = range_end(link->span);
    g_array_append_val(links, *link);
    memset(link, 0, sizeof *link);
  }
  g_autoptr(GArray) bare = links_new();
  whole = text_links(bytes, len, bare) && whole;
  links_take_bare(links, bare);
  return whole && links->len < LIMIT_LINKS;
}
