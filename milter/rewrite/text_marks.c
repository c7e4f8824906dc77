/* text_marks.c - marks in plain text. In line they are one run of characters without a line end,
 * so that quoting and format=flowed (RFC 3676) stay as they are. */
#include "marks.h"

#include "deaden.h"

#include <string.h>

#define WIDTH 72
#define DASH  " \xe2\x80\x93 "
#define DOT   " \xc2\xb7 "

static void
append_each(GString *out, const Speech *speech, const char *const words[LANGS])
{
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    if (i > 0)
      g_string_append_c(out, ' ');
    g_string_append(out, words[speech->order[i]]);
  }
}

static void
append_what(GString *out, const Speech *speech, What what)
{
  const char *words[LANGS];
  for (unsigned lang = 0; lang < LANGS; lang++)
    words[lang] = what_words(what, lang);
  append_each(out, speech, words);
}

/* "WeChat 微信 (Instant messaging 即時通訊)"; once that is told, "WeChat". */
static void
append_service(GString *out, const Speech *speech, const Mark *mark)
{
  if (mark->again > 1) {
    g_autofree char *name = service_word(speech, mark->service, 0);
    g_string_append(out, name);
    return;
  }
  g_autofree char *names = service_words(speech, mark->service);
  g_string_append(out, names);
  if (mark->notice == NULL)
    return;
  g_string_append(out, open_word(speech->order[0]));
  append_each(out, speech, mark->notice->title);
  g_string_append(out, close_word(speech->order[0]));
}

static void
append_class(GString *out, const Speech *speech, const Mark *mark)
{
  if (mark->tier == TIER_DANGER) {
    const char *words[LANGS];
    for (unsigned lang = 0; lang < LANGS; lang++)
      words[lang] = warning_word(lang);
    append_each(out, speech, words);
    g_string_append(out, mark->notice != NULL || mark->service != NULL ? DASH : "");
  }
  if (mark->service != NULL)
    append_service(out, speech, mark);
  else if (mark->notice != NULL && mark->again > 1)
    g_string_append(out, mark->notice->title[speech->order[0]]);
  else if (mark->notice != NULL)
    append_each(out, speech, mark->notice->title);
}

/* " – not 並非 dept[.]gov[.]hk" */
static void
append_resembles(GString *out, const Speech *speech, const Mark *mark)
{
  const char *words[LANGS];
  if (mark->resembles == NULL)
    return;
  g_autofree char *host = deaden(mark->resembles, -1);
  for (unsigned lang = 0; lang < LANGS; lang++)
    words[lang] = not_word(lang);
  g_string_append(out, DASH);
  append_each(out, speech, words);
  g_string_append_printf(out, " %s", host);
}

static char *
clean_lines(GString *out)
{
  g_strdelimit(out->str, "\r\n", ' ');
  return g_string_free(out, FALSE);
}

/* The address stands beside the mark, so the domain will do; not when it was taken out
 * or hides in another one. */
char *
text_mark(const Speech *speech, const Mark *mark)
{
  GString *out = g_string_new("[");
  gboolean whole = mark->what == WHAT_REMOVED || mark->carried || *mark->domain == '\0';
  g_autofree char *host = deaden(whole ? mark->host : mark->domain, -1);
  append_class(out, speech, mark);
  if (*host != '\0')
    g_string_append_printf(out, "%s%s", out->len > 1 ? colon_word(speech->order[0]) : "", host);
  append_resembles(out, speech, mark);
  if (mark->again > 1) {
    g_string_append_printf(out, DOT "%u]", mark->again);
    return clean_lines(out);
  }
  g_string_append(out, out->len > 1 ? DASH : "");
  append_what(out, speech, mark->what);
  g_string_append_printf(out, DASH "%s %s]", ref_word(speech->order[0]), speech->ref);
  return clean_lines(out);
}

/* Two lines and no more: readers wrap them. */
char *
text_top(const Speech *speech, const Summary *summary, const char *eol)
{
  GString *out = g_string_new(NULL);
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    unsigned lang = speech->order[i];
    g_autofree char *counts = counts_words(summary->counts, speech, lang);
    gboolean danger = summary->tier == TIER_DANGER;
    g_string_append_printf(out, "[%s%s%s%s%s %s]%s", danger ? warning_word(lang) : "",
                           danger ? colon_word(lang) : "", counts, stop_word(lang), ref_word(lang),
                           speech->ref, eol);
  }
  g_string_append(out, eol);
  return g_string_free(out, FALSE);
}

char *
text_flag_line(const Speech *speech, const Mark *flag, const char *eol)
{
  GString *line = g_string_new("[");
  GString *out = g_string_new(NULL);
  g_autofree char *host = deaden(flag->host, -1);
  append_class(line, speech, flag);
  g_string_append_printf(line, "%s%s" DASH, line->len > 1 ? colon_word(speech->order[0]) : "",
                         host);
  append_what(line, speech, flag->what);
  g_string_append_c(line, ']');
  text_wrap(out, line->str, eol);
  g_string_append(out, eol);
  g_string_free(line, TRUE);
  return g_string_free(out, FALSE);
}

/* Alone it has the code in the same paragraph: nothing else is told. */
static void
append_quiet(GString *out, const Speech *speech, const Summary *summary, const char *eol)
{
  gboolean alone = summary->notices->len == 0 && !summary_has_top(summary);
  for (unsigned k = 0; k < speech->inline_langs; k++) {
    unsigned lang = speech->order[k];
    g_autofree char *quiet = quiet_words(summary, speech, lang, !alone);
    g_autofree char *keep = keep_words(speech, lang);
    g_autofree char *text = g_strconcat(quiet, stop_word(lang), alone ? keep : "", NULL);
    text_wrap(out, text, eol);
  }
  if (!alone)
    g_string_append(out, eol);
}

static void
append_notice(GString *out, const Speech *speech, const Told *told, const char *eol)
{
  for (unsigned k = 0; k < speech->inline_langs; k++) {
    unsigned lang = speech->order[k];
    g_autofree char *title = told_title(told, lang);
    g_autofree char *words = notice_words(told->notice, lang);
    g_autofree char *text = g_strconcat(title, colon_word(lang), words, NULL);
    text_wrap(out, text, eol);
  }
  g_string_append(out, eol);
}

static void
append_cleaned(GString *out, const Speech *speech, const Summary *summary, const char *eol)
{
  for (guint i = 0; i < MIN(summary->cleaned->len, CLEANED_LISTED); i++) {
    for (unsigned k = 0; k < speech->inline_langs; k++) {
      g_autofree char *words =
          cleaned_words(g_ptr_array_index(summary->cleaned, i), speech->order[k]);
      text_wrap(out, words, eol);
    }
    g_string_append(out, eol);
  }
}

/* The address has a line of its own: programs that make it a link take it whole. */
static void
append_keep(GString *out, const char *keep, const char *url, unsigned lang, const char *eol)
{
  text_wrap(out, keep, eol);
  if (url != NULL)
    text_wrap(out, request_word(lang), eol);
  if (url != NULL)
    g_string_append_printf(out, "%s%s", url, eol);
}

char *
text_notes(const Speech *speech, const Summary *summary, const char *eol)
{
  GString *out = g_string_new("------------------------------------------------------------");
  gboolean loud = summary->notices->len > 0 || summary_has_top(summary);
  g_autofree char *url = request_url(speech);
  g_string_append(out, eol);
  append_cleaned(out, speech, summary, eol);
  for (guint i = 0; i < summary->notices->len; i++)
    append_notice(out, speech, g_ptr_array_index(summary->notices, i), eol);
  if (summary_has_quiet(summary))
    append_quiet(out, speech, summary, eol);
  for (unsigned k = 0; k < speech->inline_langs; k++) {
    g_autofree char *keep = keep_words(speech, speech->order[k]);
    if (summary->signature)
      text_wrap(out, signature_words(summary->signature, speech->order[k]), eol);
    if (loud || !summary_has_quiet(summary))
      append_keep(out, keep, url, speech->order[k], eol);
  }
  return g_string_free(out, FALSE);
}

/* Where a line may end: at a blank, or next to an ideograph unless punctuation would start a line.
 * A line that begins with '>' would be a quotation, with "From " a new mail to some. */
static gboolean
breaks_at(gunichar before, const char *p)
{
  gunichar c = g_utf8_get_char(p);
  if (c == ' ')
    return p[1] != '>' && !g_str_has_prefix(p + 1, "From ");
  return before != ' ' && (g_unichar_iswide(before) || g_unichar_iswide(c)) &&
         (g_unichar_isalnum(c) || g_unichar_type(c) == G_UNICODE_OPEN_PUNCTUATION) &&
         g_unichar_type(before) != G_UNICODE_OPEN_PUNCTUATION;
}

/* The end of the line that starts here. */
static const char *
line_end(const char *start)
{
  const char *best = NULL;
  gunichar before = 0;
  unsigned width = 0;
  for (const char *p = start; *p != '\0'; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    width += g_unichar_iswide(c) ? 2 : 1;
    if (p > start && breaks_at(before, p))
      best = p;
    if (width > WIDTH && best != NULL)
      return best;
    before = c;
  }
  return start + strlen(start);
}

void
text_wrap(GString *out, const char *text, const char *eol)
{
  g_autofree char *flat = g_strdup(text);
  g_strdelimit(flat, "\r\n\t", ' ');
  for (const char *p = g_strstrip(flat); *p != '\0';) {
    const char *end = line_end(p), *last = end;
    while (last > p && last[-1] == ' ')
      last--;
    g_string_append_len(out, p, last - p);
    g_string_append(out, eol);
    for (p = end; *p == ' ';)
      p++;
  }
}
