/* html_marks.c - marks as HTML. Pure ASCII, so they are right in any charset: what is not ASCII is
 * a character reference. Looks are inline styles, because a mail reader drops style sheets, and a
 * message's own must not hide a mark. They come twice: plainly, for Outlook, which ignores what is
 * !important; then all is reset and said again with !important, which beats every style sheet.
 * Elements inside a mark are reset too, to what they inherit from it.
 *
 * Line ends stand only inside tags, where nothing shows them, and often enough that no line comes
 * near LIMIT_LINE. */
#include "marks.h"

#include "deaden.h"

#include <string.h>

/* A line that is longer gets a line end at the next chance. */
#define LONG_LINE 700

/* No mark is longer: titles are bounded when notices are read. */
#define MARK_MAX 16384

typedef struct look {
  const char *ink, *paper, *edge;
} Look;

/* Ink on paper has a contrast over 7, the edge on white over 3 (WCAG 2.1, 1.4.6 and 1.4.11). */
static const Look looks[] = {
    [TIER_NONE] = {"#333a42", "#f2f4f6", "#6b737c"},
    [TIER_INFORMATION] = {"#333a42", "#f2f4f6", "#6b737c"},
    [TIER_POLICY] = {"#4a3400", "#fff6dd", "#a66f00"},
    [TIER_DANGER] = {"#7a0012", "#fff0f0", "#c4001d"},
};

#define FONT "normal 13px/1.45 Arial,sans-serif"

/* A line end parts the two halves of a style: each stays far below LIMIT_LINE. */
#define PLAIN                                                                                      \
  "display:%s;font:" FONT ";color:%s;background-color:%s;border:1px solid %s;"                     \
  "border-left:4px solid %s;padding:%s;margin:%s;text-align:left;text-decoration:none;"            \
  "text-transform:none;letter-spacing:normal;white-space:normal;%s"
#define FIRM                                                                                       \
  "all:initial!important;display:%s!important;visibility:visible!important;opacity:1!important;"   \
  "font:" FONT "!important;color:%s!important;background:%s!important;"                            \
  "border:1px solid %s!important;border-left-width:4px!important;border-radius:3px!important;"     \
  "padding:%s!important;margin:%s!important;max-width:100%%!important;"                            \
  "box-sizing:border-box!important;overflow-wrap:anywhere!important;"                              \
  "vertical-align:middle!important;direction:ltr!important"

#define INNER_INLINE "all:unset!important;display:inline!important"
#define INNER_BOLD   INNER_INLINE ";font-weight:bold!important"
#define INNER_CODE   INNER_INLINE ";white-space:nowrap!important"
#define INNER_BLOCK  "all:unset!important;display:block!important"
#define INNER_LINK                                                                                 \
  INNER_INLINE ";color:#0b4fa8!important;text-decoration:underline!important;"                     \
               "cursor:pointer!important"
#define INNER_LAST INNER_BLOCK ";margin:0 0 8px 0!important"

typedef struct writer {
  GString *out;
  const char *eol;
  size_t line; /* where the last line began */
} Writer;

static void
write_raw(Writer *w, const char *ascii)
{
  g_string_append(w->out, ascii);
}

static void
write_eol(Writer *w)
{
  write_raw(w, w->eol);
  w->line = w->out->len;
}

static void
write_char(Writer *w, gunichar c)
{
  if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' || c >= 0x7f || c < 0x20)
    g_string_append_printf(w->out, "&#%u;", c);
  else
    g_string_append_c(w->out, (char)c);
}

/* Text. A line that grows too long breaks inside an empty element, where nothing shows it. */
static void
write_text(Writer *w, const char *utf8)
{
  for (const char *p = utf8; *p != '\0'; p = g_utf8_next_char(p)) {
    if (w->out->len - w->line > LONG_LINE) {
      write_raw(w, "<span");
      write_eol(w);
      write_raw(w, "></span>");
    }
    write_char(w, g_utf8_get_char(p));
  }
}

char *
html_text(const char *utf8)
{
  Writer w = {g_string_new(NULL), "", 0};
  for (const char *p = utf8; *p != '\0'; p = g_utf8_next_char(p))
    write_char(&w, g_utf8_get_char(p));
  return g_string_free(w.out, FALSE);
}

static void
write_open(Writer *w, const char *tag, int lang, const char *style)
{
  g_string_append_printf(w->out, "<%s", tag);
  write_eol(w);
  if (lang >= 0)
    g_string_append_printf(w->out, " lang=\"%s\"", lang_tag((unsigned)lang));
  if (style != NULL)
    g_string_append_printf(w->out, " style=\"%s\"", style);
  write_raw(w, ">");
}

static void
write_close(Writer *w, const char *tag)
{
  g_string_append_printf(w->out, "</%s>", tag);
}

/* The last tag of a mark holds a line end, so what follows starts a fresh line. */
static char *
write_end(Writer *w, const char *tag)
{
  g_string_append_printf(w->out, "</%s", tag);
  write_eol(w);
  write_raw(w, ">");
  return g_string_free(w->out, FALSE);
}

/* The same thing in each of the languages that stand in line, with a blank between them. The first
 * is that of the whole mark. */
static void
write_each(Writer *w, const Speech *speech, const char *const words[LANGS])
{
  write_text(w, words[speech->order[0]]);
  for (unsigned i = 1; i < speech->inline_langs; i++) {
    unsigned lang = speech->order[i];
    write_raw(w, " ");
    write_open(w, "span", (int)lang, INNER_INLINE);
    write_text(w, words[lang]);
    write_close(w, "span");
  }
}

static void
write_what(Writer *w, const Speech *speech, What what)
{
  const char *words[LANGS];
  for (unsigned lang = 0; lang < LANGS; lang++)
    words[lang] = what_words(what, lang);
  write_each(w, speech, words);
}

static void
write_warning(Writer *w, const Speech *speech)
{
  const char *words[LANGS];
  for (unsigned lang = 0; lang < LANGS; lang++)
    words[lang] = warning_word(lang);
  write_each(w, speech, words);
}

static void
write_ref(Writer *w, const char *word, const char *ref)
{
  write_text(w, word);
  write_raw(w, " ");
  write_open(w, "span", -1, INNER_CODE);
  write_text(w, ref);
  write_close(w, "span");
}

static void
write_host(Writer *w, const Mark *mark)
{
  size_t len = strlen(mark->host), tail = strlen(mark->domain);
  gboolean split = tail > 0 && tail <= len && g_str_has_suffix(mark->host, mark->domain);
  g_autofree char *head = deaden(mark->host, (gssize)(split ? len - tail : len));
  write_raw(w, "<bdi dir=\"ltr\" style=\"" INNER_INLINE "\">");
  write_text(w, head);
  if (split) {
    g_autofree char *domain = deaden(mark->domain, -1);
    write_open(w, "b", -1, INNER_BOLD);
    write_text(w, domain);
    write_close(w, "b");
  }
  if (mark->display != NULL) {
    g_autofree char *display = deaden(mark->display, -1);
    write_raw(w, " (");
    write_text(w, display);
    write_raw(w, ")");
  }
  write_close(w, "bdi");
}

static void
write_resembles(Writer *w, const Speech *speech, const Mark *mark)
{
  const char *words[LANGS];
  if (mark->resembles == NULL)
    return;
  g_autofree char *host = deaden(mark->resembles, -1);
  for (unsigned lang = 0; lang < LANGS; lang++)
    words[lang] = not_word(lang);
  write_text(w, " \xe2\x80\x93 ");
  write_each(w, speech, words);
  write_raw(w, " <bdi dir=\"ltr\" style=\"" INNER_INLINE "\">");
  write_text(w, host);
  write_close(w, "bdi");
}

static char *
block_style(Tier tier, const char *display, const char *padding, const char *margin,
            const char *eol)
{
  const Look *l = &looks[tier];
  return g_strdup_printf(PLAIN FIRM, display, l->ink, l->paper, l->edge, l->edge, padding, margin,
                         eol, display, l->ink, l->paper, l->edge, padding, margin);
}

static char *
bar_style(Tier tier, const char *eol)
{
  return block_style(tier, "block", "4px 10px", "0 0 12px 0", eol);
}

/* As text_marks.c has it. */
static void
write_service(Writer *w, const Speech *speech, const Mark *mark)
{
  for (unsigned i = 0; i < (mark->again > 1 ? 1 : speech->inline_langs); i++) {
    g_autofree char *name = service_word(speech, mark->service, i);
    if (i == 0) {
      write_text(w, name);
    } else if (name != NULL) {
      write_raw(w, " ");
      write_open(w, "span", (int)speech->order[i], INNER_INLINE);
      write_text(w, name);
      write_close(w, "span");
    }
  }
  if (mark->again > 1 || mark->notice == NULL)
    return;
  write_text(w, open_word(speech->order[0]));
  write_each(w, speech, mark->notice->title);
  write_text(w, close_word(speech->order[0]));
}

static void
write_class(Writer *w, const Speech *speech, const Mark *mark)
{
  write_text(w, tier_sign(mark->tier));
  write_raw(w, " ");
  if (mark->tier == TIER_DANGER) {
    write_warning(w, speech);
    write_text(w, mark->notice != NULL || mark->service != NULL ? " \xe2\x80\x93 " : "");
  }
  if (mark->service != NULL)
    write_service(w, speech, mark);
  else if (mark->notice != NULL && mark->again > 1)
    write_text(w, mark->notice->title[speech->order[0]]);
  else if (mark->notice != NULL)
    write_each(w, speech, mark->notice->title);
}

/* What happened, and the code. */
static void
write_story(Writer *w, const Speech *speech, const Mark *mark)
{
  write_text(w, *mark->host != '\0' ? " \xe2\x80\x93 " : "");
  write_what(w, speech, mark->what);
  write_text(w, " \xe2\x80\x93 ");
  write_ref(w, ref_word(speech->order[0]), speech->ref);
}

/* One of its kind has told all that in each language: the sign, the class in the first of them,
 * the host and a number will do. */
static void
write_again(Writer *w, unsigned again)
{
  g_autofree char *text = g_strdup_printf(" \xc2\xb7 %u", again);
  write_text(w, text);
}

char *
html_mark(const Speech *speech, const Mark *mark, const char *eol)
{
  Writer w = {g_string_new(NULL), eol, 0};
  g_autofree char *margin = g_strdup_printf("%upx 3px", MAX(mark->lower, 1));
  g_autofree char *style = block_style(mark->tier, "inline-block", "0 5px", margin, eol);
  write_open(&w, "span", (int)speech->order[0], style);
  write_raw(&w, "[");
  write_class(&w, speech, mark);
  write_text(&w, colon_word(speech->order[0]));
  write_host(&w, mark);
  write_resembles(&w, speech, mark);
  if (mark->again > 1)
    write_again(&w, mark->again);
  else
    write_story(&w, speech, mark);
  write_raw(&w, "]");
  return write_end(&w, "span");
}

static gboolean
has_prefix(const char *text, size_t len, const char *prefix)
{
  return len >= strlen(prefix) && memcmp(text, prefix, strlen(prefix)) == 0;
}

/* Goes by how a mark begins and ends. */
size_t
html_mark_len(const unsigned char *at, size_t len)
{
  static const char *const heads[] = {"\n lang=\"", "\r\n lang=\""};
  static const char style[] = " style=\"display:inline-block;font:" FONT;
  const char *text = (const char *)at, *end;
  size_t n = 5;
  if (len < 64 || memcmp(text, "<span", n) != 0)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS(heads); i++)
    if (memcmp(text + 5, heads[i], strlen(heads[i])) == 0)
      n = 5 + strlen(heads[i]);
  end = n > 5 ? memchr(text + n, '"', MIN(len - n, 10)) : NULL;
  if (end == NULL || !has_prefix(end + 1, len - (size_t)(end + 1 - text), style))
    return 0;
  end = memmem(text, MIN(len, MARK_MAX), "]</span", 7);
  end = end != NULL ? memchr(end, '>', MIN(len - (size_t)(end - text), 10)) : NULL;
  return end != NULL ? (size_t)(end + 1 - text) : 0;
}

char *
html_top(const Speech *speech, const Summary *summary, const char *eol)
{
  Writer w = {g_string_new(NULL), eol, 0};
  g_autofree char *style = bar_style(summary->tier, eol);
  write_open(&w, "div", -1, style);
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    unsigned lang = speech->order[i];
    g_autofree char *counts = counts_words(summary->counts, speech, lang);
    write_open(&w, "div", (int)lang, INNER_BLOCK);
    if (i == 0) {
      write_text(&w, tier_sign(summary->tier));
      write_raw(&w, " ");
    }
    write_text(&w, counts);
    write_text(&w, " \xc2\xb7 ");
    write_ref(&w, ref_word(lang), speech->ref);
    write_close(&w, "div");
  }
  return write_end(&w, "div");
}

char *
html_flag_line(const Speech *speech, const Mark *flag, const char *eol)
{
  Writer w = {g_string_new(NULL), eol, 0};
  g_autofree char *style = bar_style(flag->tier, eol);
  write_open(&w, "div", (int)speech->order[0], style);
  write_class(&w, speech, flag);
  write_text(&w, colon_word(speech->order[0]));
  write_host(&w, flag);
  write_text(&w, *flag->host != '\0' ? " \xe2\x80\x93 " : "");
  write_what(&w, speech, flag->what);
  return write_end(&w, "div");
}

static void
write_paragraph(Writer *w, unsigned lang, const char *title, const char *text, gboolean last)
{
  write_open(w, "div", (int)lang, last ? INNER_LAST : INNER_BLOCK);
  if (title != NULL) {
    write_open(w, "b", -1, INNER_BOLD);
    write_text(w, title);
    write_text(w, colon_word(lang));
    write_close(w, "b");
  }
  write_text(w, text);
  write_close(w, "div");
}

static void
write_notice(Writer *w, const Speech *speech, const Told *told)
{
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    unsigned lang = speech->order[i];
    g_autofree char *title = told_title(told, lang);
    g_autofree char *text = notice_words(told->notice, lang);
    write_paragraph(w, lang, title, text, i + 1 == speech->inline_langs);
  }
}

/* The line about what was done quietly. Alone it has the code behind it: nothing else is told. */
static void
write_cleaned(Writer *w, const Speech *speech, const Summary *summary)
{
  for (guint i = 0; i < MIN(summary->cleaned->len, CLEANED_LISTED); i++)
    for (unsigned k = 0; k < speech->inline_langs; k++) {
      unsigned lang = speech->order[k];
      g_autofree char *words = cleaned_words(g_ptr_array_index(summary->cleaned, i), lang);
      write_paragraph(w, lang, NULL, words, k + 1 == speech->inline_langs);
    }
}

static void
write_quiet(Writer *w, const Speech *speech, const Summary *summary, gboolean alone)
{
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    unsigned lang = speech->order[i];
    g_autofree char *quiet = quiet_words(summary, speech, lang, !alone);
    g_autofree char *keep = keep_words(speech, lang);
    g_autofree char *text = g_strconcat(quiet, stop_word(lang), alone ? keep : "", NULL);
    gboolean last = i + 1 == speech->inline_langs && !(alone && summary->signature);
    write_paragraph(w, lang, NULL, g_strchomp(text), last);
  }
}

/* The one link that a note has. Its address is short and has no quotes (settings.c). */
static void
write_request(Writer *w, unsigned lang, const char *url, gboolean last)
{
  write_open(w, "div", (int)lang, last ? INNER_LAST : INNER_BLOCK);
  write_text(w, request_word(lang));
  write_raw(w, "<a href=\"");
  for (const char *p = url; *p != '\0'; p++)
    write_char(w, (unsigned char)*p);
  write_raw(w, "\"");
  write_eol(w);
  g_string_append_printf(w->out, " style=\"%s\">", INNER_LINK);
  write_text(w, url);
  write_close(w, "a");
  write_close(w, "div");
}

static void
write_keep(Writer *w, const Speech *speech, const Summary *summary, gboolean keep)
{
  g_autofree char *url = keep ? request_url(speech) : NULL;
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    unsigned lang = speech->order[i];
    gboolean last = i + 1 == speech->inline_langs;
    g_autofree char *words = keep_words(speech, lang);
    if (summary->signature)
      write_paragraph(w, lang, NULL, signature_words(summary->signature, lang), !keep && last);
    if (keep)
      write_paragraph(w, lang, NULL, words, url == NULL && last);
    if (url != NULL)
      write_request(w, lang, url, last);
  }
}

char *
html_notes(const Speech *speech, const Summary *summary, const char *eol)
{
  Writer w = {g_string_new(NULL), eol, 0};
  gboolean loud = summary->notices->len > 0 || summary_has_top(summary);
  gboolean quiet = summary_has_quiet(summary);
  g_autofree char *style = block_style(
      TIER_INFORMATION, "block", loud ? "8px 10px 0 10px" : "2px 10px 0 10px", "16px 0 0 0", eol);
  write_open(&w, "div", -1, style);
  write_cleaned(&w, speech, summary);
  for (guint i = 0; i < summary->notices->len; i++)
    write_notice(&w, speech, g_ptr_array_index(summary->notices, i));
  if (quiet)
    write_quiet(&w, speech, summary, !loud);
  write_keep(&w, speech, summary, loud || !quiet);
  return write_end(&w, "div");
}

/* Lines of a placeholder's text become lines of the page. */
static void
write_lines(Writer *w, unsigned lang, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  write_open(w, "div", (int)lang, INNER_LAST);
  for (char **line = lines; *line != NULL; line++) {
    write_text(w, *line);
    if (line[1] != NULL)
      write_raw(w, "<br>");
  }
  write_close(w, "div");
}

char *
html_blocks(const Speech *speech, char *const texts[LANGS], const char *eol)
{
  Writer w = {g_string_new("<!DOCTYPE html><html><head><title></title></head><body>"), eol, 0};
  g_autofree char *style = block_style(TIER_INFORMATION, "block", "8px 10px 0 10px", "0", eol);
  write_open(&w, "div", -1, style);
  for (unsigned i = 0; i < LANGS; i++)
    write_lines(&w, speech->order[i], texts[i]);
  write_close(&w, "div");
  write_raw(&w, "</body></html>");
  write_eol(&w);
  return g_string_free(w.out, FALSE);
}
