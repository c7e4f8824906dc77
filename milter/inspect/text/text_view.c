/* text_view.c - addresses in text that a reader shows otherwise than it is written: what is not
 * seen left out, flowed lines joined, letters in disguise as what they stand for. What is found
 * there is told by its place in the source; it may reach over what was left out. */
#include "text_view.h"

#include <string.h>

#include "bounds.h"
#include "url.h"

TextView
text_view_new(void)
{
  return (TextView){g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(TextRun))};
}

void
text_view_clear(TextView *view)
{
  if (view->text != NULL)
    g_string_free(view->text, TRUE);
  if (view->runs != NULL)
    g_array_unref(view->runs);
}

void
text_view_add(TextView *view, const unsigned char *source, size_t from, size_t len)
{
  TextRun run = {view->text->len, from, 0};

  if (len == 0)
    return;
  g_array_append_val(view->runs, run);
  g_string_append_len(view->text, (const char *)source + from, (gssize)len);
}

const TextRun *
text_view_run(const TextView *view, size_t at)
{
  guint low = 0, high = view->runs->len;

  while (high - low > 1) {
    guint mid = low + (high - low) / 2;

    if (g_array_index(view->runs, TextRun, mid).at <= at)
      low = mid;
    else
      high = mid;
  }
  return &g_array_index(view->runs, TextRun, low);
}

/* What is shown as `text`, though `len` bytes of the source say otherwise. */
static void
text_view_show(TextView *view, const char *text, size_t from, size_t len)
{
  TextRun run = {view->text->len, from, len};

  g_array_append_val(view->runs, run);
  g_string_append(view->text, text);
}

/* The bytes of the source that a byte of the view comes from. */
static Range
source_of(const TextView *view, size_t at)
{
  const TextRun *run = text_view_run(view, at);

  return run->whole > 0 ? range_make(run->from, run->whole)
                        : range_make(run->from + (at - run->at), 1);
}

Range
text_view_source(const TextView *view, Range range)
{
  size_t from = source_of(view, range.off).off;

  return range_make(from, range_end(source_of(view, range_end(range) - 1)) - from);
}

/* Host and all, or of an address without one the whole of it. */
gboolean
link_same_address(const Link *a, const Link *b)
{
  g_autoptr(Url) x = url_parse(a->target, strlen(a->target), (a->flags & LINK_BARE) != 0);
  g_autoptr(Url) y = url_parse(b->target, strlen(b->target), (b->flags & LINK_BARE) != 0);

  if (x == NULL || y == NULL)
    return x == y;
  return strcmp(x->scheme, y->scheme) == 0 && strcmp(x->host, y->host) == 0 &&
         (*x->host != '\0' || strcmp(x->path, y->path) == 0);
}

/* What was cut before its host was whole is nothing that anybody would show. */
static gboolean
is_fragment(const Link *link)
{
  g_autoptr(Url) url = url_parse(link->target, strlen(link->target), TRUE);
  const char *dot = url != NULL ? strrchr(url->host, '.') : NULL;

  return dot == NULL || !url_is_tld(dot + 1, strlen(dot + 1));
}

void
links_take_bare(GArray *links, GArray *bare)
{
  guint known = 0, last = links->len;

  for (guint i = 0; i < bare->len; i++) {
    Link *link = &g_array_index(bare, Link, i);
    gboolean same = FALSE, meets = FALSE;

    while (known < last && range_end(g_array_index(links, Link, known).span) <= link->span.off)
      known++;
    for (guint k = known; k < last && !same; k++) {
      const Link *other = &g_array_index(links, Link, k);

      if (other->span.off >= range_end(link->span))
        break;
      if (range_end(other->span) <= link->span.off) /* of those behind, which begin anew */
        continue;
      meets = TRUE;
      same = link_same_address(other, link);
    }
    if (same || (meets && is_fragment(link)) || links->len >= LIMIT_LINKS)
      continue;
    g_array_append_val(links, *link);
    memset(link, 0, sizeof *link);
  }
}

/* Takes what lies in more than one run, and is not among the links from `first` on. */
static void
take_joined(const TextView *view, GArray *found, GArray *links, guint first)
{
  guint last = links->len;

  for (guint i = 0; i < found->len && links->len < LIMIT_LINKS; i++) {
    Link *link = &g_array_index(found, Link, i);
    size_t end = range_end(link->span) - 1;

    if (text_view_run(view, link->span.off) == text_view_run(view, end))
      continue;
    link->span = text_view_source(view, link->span);
    link->mark = range_end(link->span);
    while (first < last && g_array_index(links, Link, first).span.off < link->span.off)
      first++;
    if (first < last && g_array_index(links, Link, first).span.off == link->span.off &&
        link_same_address(&g_array_index(links, Link, first), link))
      continue;
    g_array_append_val(links, *link);
    memset(link, 0, sizeof *link);
  }
}

/* The view as text, for what it shows more than its pieces. */
static gboolean
find_joined(const TextView *view, GArray *links, guint first)
{
  g_autoptr(GArray) found = links_new();
  gboolean whole = text_links((const unsigned char *)view->text->str, view->text->len, found);

  take_joined(view, found, links, first);
  return whole && links->len < LIMIT_LINKS;
}

/* --- what is nothing ------------------------------------------------------------------------- */

/* A NUL, or what text_decode() makes of one, or a character that is not seen and that browsers drop
 * from a host (UTS 46, "ignored"). */
static size_t
nothing_len(const unsigned char *p, size_t len)
{
  static const char *const nothings[] = {
      "\xef\xbf\xbd", "\xef\xbb\xbf", "\xe2\x80\x8b", "\xe2\x81\xa0", "\xe2\x81\xa4",
      "\xc2\xad",     "\xcd\x8f",     "\xef\xb8\x8e", "\xef\xb8\x8f", "\xe1\xa0\x8b",
  };

  if (*p < 0x80)
    return *p == 0 ? 1 : 0;
  if (*p != 0xe2 && *p != 0xef && *p != 0xc2 && *p != 0xcd && *p != 0xe1)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS(nothings); i++)
    if (len >= strlen(nothings[i]) && memcmp(p, nothings[i], strlen(nothings[i])) == 0)
      return strlen(nothings[i]);
  return 0;
}

/* A switch of ISO-2022: who knows it shows nothing, if nothing stands behind it in what it switches
 * to. */
static size_t
switch_len(const unsigned char *p, size_t len)
{
  size_t n = 1;

  if (*p == 0x0e || *p == 0x0f)
    return 1;
  if (*p != 0x1b)
    return 0;
  while (n < len && n < 4 && p[n] >= 0x20 && p[n] <= 0x2f)
    n++;
  return n > 1 && n < len && p[n] >= 0x30 && p[n] <= 0x7e ? n + 1 : 0;
}

/* --- what is a letter ------------------------------------------------------------------------ */

/* Is the lead byte, with the one behind it, of a block with characters that stand for others? Not
 * the letters of full width: they are letters wherever text is read. */
static gboolean
may_be_folded(const unsigned char *p, size_t len)
{
  switch (len > 1 ? *p : 0) {
  case 0xc2: /* superscripts */
    return p[1] >= 0xaa;
  case 0xca: /* modifier letters */
  case 0xcb:
    return TRUE;
  case 0xe1: /* phonetic extensions */
    return p[1] >= 0xb4 && p[1] <= 0xb6;
  case 0xe2: /* sub- and superscripts, letter-like symbols, numerals, in circles */
    return p[1] >= 0x80 && p[1] <= 0x93 && p[1] != 0x83 && (p[1] <= 0x86 || p[1] >= 0x91);
  case 0xe3: /* squared words */
    return p[1] == 0x89 || (p[1] >= 0x8b && p[1] <= 0x8f);
  case 0xef: /* ligatures */
    return p[1] == 0xac;
  case 0xf0: /* letters of mathematics, squared ones */
    return len > 2 && (p[1] == 0x9d || (p[1] == 0x9f && p[2] >= 0x84 && p[2] <= 0x86));
  default:
    return FALSE;
  }
}

enum { FOLDED_MAX = 8 };

/* What a character stands for in a host (UTS 46): letters and digits of ASCII. The bytes of
 * the character, or 0 if it is no such. */
static size_t
folded_len(const unsigned char *p, size_t len, char folded[FOLDED_MAX + 1])
{
  gunichar c, parts[FOLDED_MAX];
  gsize n;

  if (!may_be_folded(p, len))
    return 0;
  c = g_utf8_get_char_validated((const char *)p, (gssize)len);
  if (c == (gunichar)-1 || c == (gunichar)-2)
    return 0;
  n = g_unichar_fully_decompose(c, TRUE, parts, FOLDED_MAX);
  if (n > FOLDED_MAX || parts[0] == c)
    return 0;
  for (gsize i = 0; i < n; i++) {
    if (parts[i] >= 0x80 || !g_ascii_isalnum((char)parts[i]))
      return 0;
    folded[i] = (char)parts[i];
  }
  folded[n] = '\0';
  return (size_t)g_utf8_skip[*p];
}

/* --- text without what is nothing ------------------------------------------------------------ */

typedef struct leaving {
  const unsigned char *utf8;
  size_t len;
  size_t from; /* what is not in the view yet */
  TextView view;
} Leaving;

static gboolean
is_of_address(unsigned char c)
{
  return g_ascii_isalnum(c) || (c != 0 && strchr("-_.:/", c) != NULL);
}

/* The text before `at` goes into the view, and what comes from `end` on later. */
static void
leave(Leaving *l, size_t at, size_t end)
{
  if (l->view.text == NULL)
    l->view = text_view_new();
  text_view_add(&l->view, l->utf8, l->from, at - l->from);
  l->from = end;
}

/* Does an address, or a letter in disguise, end before `at`, and does one stand there? */
static gboolean
ends_before(const Leaving *l, size_t at)
{
  return at > 0 && (at == l->from || is_of_address(l->utf8[at - 1]));
}

static gboolean
stands_at(const Leaving *l, size_t at)
{
  char folded[FOLDED_MAX + 1];

  return at < l->len &&
         (is_of_address(l->utf8[at]) || folded_len(l->utf8 + at, l->len - at, folded) > 0);
}

/* Behind the nothings that stand at `at`. */
static size_t
nothings_end(const Leaving *l, size_t at)
{
  size_t n;

  while (at < l->len && ((n = nothing_len(l->utf8 + at, l->len - at)) > 0 ||
                         (n = switch_len(l->utf8 + at, l->len - at)) > 0))
    at += n;
  return at;
}

/* Nothings that stand within an address. Returns where to go on, `at` if there is none. */
static size_t
leave_out(Leaving *l, size_t at)
{
  size_t end = nothings_end(l, at);

  if (end > at && ends_before(l, at) && stands_at(l, end))
    leave(l, at, end);
  return end;
}

/* A letter in disguise beside what an address has, or another. Returns where to go on. */
static size_t
fold(Leaving *l, size_t at)
{
  char folded[FOLDED_MAX + 1];
  size_t n = folded_len(l->utf8 + at, l->len - at, folded), end = at + n;

  if (n == 0)
    return at + 1;
  if (ends_before(l, at) || stands_at(l, nothings_end(l, end))) {
    leave(l, at, end);
    text_view_show(&l->view, folded, at, n);
  }
  return end;
}

/* The next byte from `at` on that is NUL or not ASCII; len if there is none. Eight at a time: this
 * is done for every byte of every text. */
static size_t
next_odd(const unsigned char *utf8, size_t len, size_t at)
{
  const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101), highs = ones << 7;
  guint64 word;

  for (; len - at >= sizeof word; at += sizeof word) {
    memcpy(&word, utf8 + at, sizeof word);
    if (((word | (word - ones)) & highs) != 0)
      break;
  }
  while (at < len && utf8[at] != 0 && utf8[at] < 0x80)
    at++;
  return at;
}

/* The same, of what a switch begins with. */
static size_t
next_switch(const unsigned char *utf8, size_t len, size_t at)
{
  while (at < len && utf8[at] != 0x1b && utf8[at] != 0x0e && utf8[at] != 0x0f)
    at++;
  return at;
}

gboolean
text_links_across_nothing(const unsigned char *utf8, size_t len, GArray *links, guint first)
{
  Leaving l = {utf8, len, 0, {NULL, NULL}};
  size_t odd = next_odd(utf8, len, 0), change = next_switch(utf8, len, 0), at, end;
  gboolean whole;

  while ((at = MIN(odd, change)) < len) {
    end = leave_out(&l, at);
    if (end == at)
      end = fold(&l, at);
    odd = odd < end ? next_odd(utf8, len, end) : odd;
    change = change < end ? next_switch(utf8, len, end) : change;
  }
  if (l.view.text == NULL)
    return TRUE;
  leave(&l, len, len);
  whole = find_joined(&l.view, links, first);
  text_view_clear(&l.view);
  return whole;
}

/* --- flowed lines ---------------------------------------------------------------------------- */

typedef struct line {
  size_t quotes;
  size_t text, end; /* without quotes and stuffing; without line end */
  size_t next;
} Line;

static Line
line_read(const unsigned char *utf8, size_t len, size_t at)
{
  Line line = {0};
  const unsigned char *lf = memchr(utf8 + at, '\n', len - at);

  line.next = lf != NULL ? (size_t)(lf - utf8) + 1 : len;
  line.end = lf != NULL ? (size_t)(lf - utf8) : len;
  if (line.end > at && lf != NULL && utf8[line.end - 1] == '\r')
    line.end--;
  while (at < line.end && utf8[at] == '>')
    at++, line.quotes++;
  line.text = at < line.end && utf8[at] == ' ' ? at + 1 : at;
  return line;
}

/* A blank at its end says that a line goes on, but "-- " begins a signature. */
static gboolean
flows(const unsigned char *utf8, const Line *line)
{
  size_t n = line->end - line->text;

  return n > 0 && utf8[line->end - 1] == ' ' &&
         !(n == 3 && memcmp(utf8 + line->text, "-- ", 3) == 0);
}

static void
join_lines(TextView *view, const unsigned char *utf8, size_t len)
{
  Line line = {0};
  gboolean open = FALSE;
  size_t quotes = 0;

  for (size_t at = 0; at < len; at = line.next) {
    line = line_read(utf8, len, at);
    if (at > 0 && !(open && line.quotes == quotes))
      g_string_append_c(view->text, '\n');
    open = flows(utf8, &line);
    quotes = line.quotes;
    text_view_add(view, utf8, line.text, line.end - line.text - (open ? 1 : 0));
  }
}

gboolean
text_links_flowed(const unsigned char *utf8, size_t len, GArray *links, guint first)
{
  g_auto(TextView) view = text_view_new();

  join_lines(&view, utf8, len);
  return find_joined(&view, links, first);
}

/* --- text/enriched -----------------------------------------------------------------------------
 */

/* Behind the command that opens at `at` (RFC 1896, "command"), or `at` if none does. */
static size_t
command_end(const unsigned char *utf8, size_t len, size_t at)
{
  size_t end = at + 1;

  while (end < len && end - at <= 62 &&
         (g_ascii_isalnum(utf8[end]) || utf8[end] == '-' || utf8[end] == '/'))
    end++;
  return end < len && end > at + 1 && utf8[end] == '>' ? end + 1 : at;
}

static gboolean
command_is(const unsigned char *utf8, size_t at, size_t end, const char *name)
{
  size_t n = strlen(name);

  return end - at == n && g_ascii_strncasecmp((const char *)utf8 + at, name, n) == 0;
}

gboolean
text_links_enriched(const unsigned char *utf8, size_t len, GArray *links, guint first)
{
  g_auto(TextView) view = text_view_new();
  size_t from = 0;
  gboolean param = FALSE;
  const unsigned char *open;

  while (from < len && (open = memchr(utf8 + from, '<', len - from)) != NULL) {
    size_t at = (size_t)(open - utf8), end = command_end(utf8, len, at);
    gboolean twice = at + 1 < len && utf8[at + 1] == '<';

    if (!param)
      text_view_add(&view, utf8, from, at + (end == at) - from);
    if (end == at) {
      from = at + 1 + twice;
      continue;
    }
    if (command_is(utf8, at, end, "<param>") || command_is(utf8, at, end, "<comment>"))
      param = TRUE;
    else if (command_is(utf8, at, end, "</param>") || command_is(utf8, at, end, "</comment>"))
      param = FALSE;
    from = end;
  }
  if (!param && from < len)
    text_view_add(&view, utf8, from, len - from);
  return view.text->len == 0 || find_joined(&view, links, first);
}
