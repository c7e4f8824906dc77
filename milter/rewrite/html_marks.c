/* html_marks.c - marks as HTML. Pure ASCII, so they are right in any charset: what is not ASCII is
 * a character reference. Everything is said in inline styles, because a mail reader drops style
 * sheets and a message's own must not hide a mark; what matters is said a second time with
 * !important, which Outlook ignores and browsers obey.
 *
 * Line ends stand only inside tags, where nothing shows them, and often enough that no line comes
 * near LIMIT_LINE. */
#include "marks.h"

#include "deaden.h"

#include <string.h>

/* A line that is longer gets a line end at the next chance. */
#define LONG_LINE 500

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

/* A line end parts the two halves of a style: each stays far below LIMIT_LINE. */
#define PLACE                                                                                      \
  "all:initial;float:none;position:static;box-sizing:border-box;max-width:100%%;"                  \
  "letter-spacing:normal;text-transform:none;text-decoration:none;text-indent:0;text-align:left;"  \
  "white-space:normal;direction:ltr;overflow-wrap:anywhere;"                                       \
  "font:normal 13px/1.45 Arial,'PingFang HK','Microsoft JhengHei',sans-serif;%s"

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

static void
write_in(Writer *w, unsigned lang, const char *text)
{
  g_string_append_printf(w->out, "<span lang=\"%s\">", lang_tag(lang));
  write_text(w, text);
  write_close(w, "span");
}

/* The same thing in each of the languages that stand in line, with a blank between them. */
static void
write_each(Writer *w, const Speech *speech, const char *const words[LANGS])
{
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    unsigned lang = speech->order[i];
    if (i > 0)
      write_raw(w, " ");
    write_in(w, lang, words[lang]);
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
write_host(Writer *w, const Mark *mark)
{
  size_t len = strlen(mark->host), tail = strlen(mark->domain);
  gboolean split = tail > 0 && tail <= len && g_str_has_suffix(mark->host, mark->domain);
  g_autofree char *head = deaden(mark->host, (gssize)(split ? len - tail : len));
  write_raw(w, "<bdi dir=\"ltr\">");
  write_text(w, head);
  if (split) {
    g_autofree char *domain = deaden(mark->domain, -1);
    write_raw(w, "<b style=\"font-weight:bold\">");
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

static char *
block_style(Tier tier, const char *display, const char *rest, const char *eol)
{
  const Look *look = &looks[tier];
  return g_strdup_printf(PLACE "display:%s;color:%s;background-color:%s;"
                               "border:1px solid %s;border-left:4px solid %s;%s"
                               "display:%s!important;visibility:visible!important;"
                               "opacity:1!important;color:%s!important;"
                               "background-color:%s!important;font-size:13px!important",
                         eol, display, look->ink, look->paper, look->edge, look->edge, rest,
                         display, look->ink, look->paper);
}

static void
write_class(Writer *w, const Speech *speech, const Mark *mark)
{
  write_text(w, tier_sign(mark->tier));
  write_raw(w, " ");
  if (mark->tier == TIER_DANGER) {
    write_warning(w, speech);
    write_text(w, mark->notice != NULL ? " \xe2\x80\x93 " : "");
  }
  if (mark->notice != NULL)
    write_each(w, speech, mark->notice->title);
}

char *
html_mark(const Speech *speech, const Mark *mark, const char *eol)
{
  Writer w = {g_string_new(NULL), eol, 0};
  g_autofree char *style =
      block_style(mark->tier, "inline-block",
                  "border-radius:3px;padding:0 5px;margin:1px 3px;vertical-align:middle;", eol);
  write_open(&w, "span", -1, style);
  write_raw(&w, "[");
  write_class(&w, speech, mark);
  write_raw(&w, ": ");
  write_host(&w, mark);
  write_text(&w, *mark->host != '\0' ? " \xe2\x80\x93 " : "");
  write_what(&w, speech, mark->what);
  write_text(&w, " \xe2\x80\x93 ");
  g_string_append_printf(w.out, "%s %s]", ref_word(LANG_EN), speech->ref);
  return write_end(&w, "span");
}

#define BAR "padding:4px 10px;margin:0 0 12px 0;border-radius:3px;text-align:left;"

char *
html_top(const Speech *speech, const Summary *summary, const char *eol)
{
  Writer w = {g_string_new(NULL), eol, 0};
  g_autofree char *style = block_style(summary->tier, "block", BAR, eol);
  write_open(&w, "div", -1, style);
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    unsigned lang = speech->order[i];
    g_autofree char *counts = counts_words(summary, speech, lang);
    write_open(&w, "div", (int)lang, "margin:0;padding:0");
    if (i == 0) {
      write_text(&w, tier_sign(summary->tier));
      write_raw(&w, " ");
    }
    write_text(&w, counts);
    write_text(&w, " \xc2\xb7 ");
    write_text(&w, ref_word(lang));
    g_string_append_printf(w.out, " %s", speech->ref);
    write_close(&w, "div");
  }
  return write_end(&w, "div");
}

char *
html_flag_line(const Speech *speech, const Mark *flag, const char *eol)
{
  Writer w = {g_string_new(NULL), eol, 0};
  g_autofree char *style = block_style(flag->tier, "block", BAR, eol);
  write_open(&w, "div", -1, style);
  write_class(&w, speech, flag);
  write_raw(&w, ": ");
  write_host(&w, flag);
  write_text(&w, *flag->host != '\0' ? " \xe2\x80\x93 " : "");
  write_what(&w, speech, flag->what);
  return write_end(&w, "div");
}

static void
write_paragraph(Writer *w, unsigned lang, const char *title, const char *text)
{
  write_open(w, "div", (int)lang, "margin:0 0 4px 0;padding:0");
  if (title != NULL) {
    write_raw(w, "<b style=\"font-weight:bold\">");
    write_text(w, title);
    write_text(w, colon_word(lang));
    write_close(w, "b");
  }
  write_text(w, text);
  write_close(w, "div");
}

static void
write_notice(Writer *w, const Speech *speech, const Notice *notice)
{
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    unsigned lang = speech->order[i];
    g_autofree char *text = notice_words(notice, lang);
    write_paragraph(w, lang, notice->title[lang], text);
  }
}

char *
html_notes(const Speech *speech, const Summary *summary, const char *eol)
{
  Writer w = {g_string_new(NULL), eol, 0};
  g_autofree char *style =
      block_style(TIER_INFORMATION, "block",
                  "clear:both;padding:8px 10px 4px 10px;margin:16px 0 0 0;border-radius:3px;", eol);
  write_open(&w, "div", -1, style);
  for (guint i = 0; i < summary->notices->len; i++)
    write_notice(&w, speech, g_ptr_array_index(summary->notices, i));
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    g_autofree char *keep = keep_words(speech, speech->order[i]);
    if (summary->signature)
      write_paragraph(&w, speech->order[i], NULL, signature_words(speech->order[i]));
    write_paragraph(&w, speech->order[i], NULL, keep);
  }
  return write_end(&w, "div");
}

/* Lines of a placeholder's text become lines of the page. */
static void
write_lines(Writer *w, unsigned lang, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  write_open(w, "div", (int)lang, "margin:0 0 10px 0;padding:0");
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
  g_autofree char *style = block_style(TIER_INFORMATION, "block",
                                       "padding:8px 10px 0 10px;margin:0;border-radius:3px;", eol);
  write_open(&w, "div", -1, style);
  for (unsigned i = 0; i < LANGS; i++)
    write_lines(&w, speech->order[i], texts[i]);
  write_close(&w, "div");
  write_raw(&w, "</body></html>");
  write_eol(&w);
  return g_string_free(w.out, FALSE);
}
