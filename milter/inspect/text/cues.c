/* cues.c - one pass over a text for the places where a cue can begin. */
#include "cues.h"

#include <string.h>

#include "bounds.h"

/* A notice without brackets is told of once in so many bytes: its sentences are one notice. */
#define NOTICE_MAX 400

typedef struct run {
  CueText text;
  unsigned wanted;
  GArray *cues;
  unsigned told[CUES];
  gboolean quoted; /* the line that is being read */
  size_t notice;   /* where the notice ends that was told of last */
  CueReasons reasons;
} Run;

static const char *const names[] = {
#define X(id, name) name,
    CUE_TABLE(X)
#undef X
};

const char *
cue_name(CueId id)
{
  return names[id];
}

int
cue_from_name(const char *name)
{
  for (int i = 0; i < CUES; i++)
    if (strcmp(names[i], name) == 0)
      return i;
  return -1;
}

gboolean
cue_has(const CueText *t, const char *bytes, size_t at)
{
  size_t n = strlen(bytes);

  return at <= t->len && t->len - at >= n && memcmp(t->text + at, bytes, n) == 0;
}

size_t
cue_skip(const CueText *t, size_t at)
{
  while (at < t->len)
    if ((guchar)t->text[at] <= ' ')
      at++;
    else if (cue_has(t, "\302\240", at) || cue_has(t, "\343\200\200", at))
      at += t->text[at] == '\302' ? 2 : 3;
    else
      break;
  return at;
}

/* Bytes of a character there that shows as nothing: a soft hyphen, U+200B to U+200F, U+2060 to
 * U+2064, a byte order mark. */
static size_t
nothing_at(const CueText *t, size_t at)
{
  const guchar *s = (const guchar *)t->text + at;
  size_t left = t->len - at;

  if (left >= 2 && s[0] == 0xC2 && s[1] == 0xAD)
    return 2;
  if (left < 3)
    return 0;
  if (s[0] == 0xE2 && s[1] == 0x80 && s[2] >= 0x8B && s[2] <= 0x8F)
    return 3;
  if (s[0] == 0xE2 && s[1] == 0x81 && s[2] >= 0xA0 && s[2] <= 0xA4)
    return 3;
  return s[0] == 0xEF && s[1] == 0xBB && s[2] == 0xBF ? 3 : 0;
}

size_t
cue_match(const CueText *t, const char *words, size_t at)
{
  for (size_t n; *words; words++) {
    if (*words == ' ') {
      at = cue_skip(t, at);
      continue;
    }
    while (at < t->len && t->text[at] != *words && (n = nothing_at(t, at)) > 0)
      at += n;
    if (at >= t->len || g_ascii_tolower(t->text[at]) != *words)
      return 0;
    at++;
  }
  return at;
}

#define B(c)              (1u << ((c)&31))
#define NOTHING           (B(0xC2) | B(0xE2) | B(0xEF)) /* nothing_at */
#define LETTER(x, X, may) [x] = may | NOTHING, [X] = may | NOTHING

/* The first bytes of all that is looked for, and line ends ─▶ which bytes may follow, by their low
 * five bits. */
static const guint32 begins[256] = {
    ['\n'] = ~0u,
    ['['] = ~0u,
    ['('] = B('d') | B(0xE9) | B(0xE7), /* 點 点 */
    ['{'] = B('d'),
    LETTER('a', 'A', B('d')),
    LETTER('c', 'C', B('a') | B('o')),
    LETTER('d', 'D', B('i')),
    LETTER('h', 'H', B('x') | B('*')),
    LETTER('i', 'I', B('g')),
    LETTER('l', 'L', B('i')),
    LETTER('m', 'M', B('e') | B('y')),
    LETTER('q', 'Q', B('q')),
    LETTER('r', 'R', B('e')),
    LETTER('s', 'S', B('i')),
    LETTER('t', 'T', B('e') | B('h')),
    LETTER('v', 'V', B('x') | B(0xE4)), /* 信 */
    LETTER('w', 'W', B('e') | B('h')),
    [0xE3] = B(0x80),                                         /* 【 〔 */
    [0xE5] = B(0x8A) | B(0x8F) | B(0x8E) | B(0xBE) | B(0xBF), /* 加 參 参 原 微 忽 */
    [0xE6] = B(0x88),                                         /* 我 */
    [0xE8] = B(0x96) | B(0x87),                               /* 薇 致 */
    [0xEF] = B(0xBC),                                         /* ［ （ */
};

#undef B
#undef NOTHING
#undef LETTER

/* The next place where something may begin, or a line ends. */
static size_t
next_begin(const CueText *t, size_t at)
{
  const guchar *s = (const guchar *)t->text;

  while (at + 1 < t->len && !(begins[s[at]] >> (s[at + 1] & 31) & 1))
    at++;
  return at;
}

/* Blanks folded, cut between two characters. */
static void
take_words(const CueText *t, Range range, char words[CUE_WORDS])
{
  size_t n = 0;
  const char *end;

  for (size_t i = range.off; i < range_end(range) && n < CUE_WORDS - 1; i++) {
    gboolean blank = (guchar)t->text[i] <= ' ';

    if (!blank)
      words[n++] = t->text[i];
    else if (n > 0 && words[n - 1] != ' ')
      words[n++] = ' ';
  }
  (void)g_utf8_validate(words, (gssize)n, &end);
  words[end - words] = '\0';
}

static void
tell(Run *run, CueId id, Range span)
{
  Cue cue = {.id = id, .span = span};

  if (id != CUE_ID_IMITATED_NOTICE && run->told[id]++ >= CUES_OF_A_KIND)
    return;
  take_words(&run->text, span, cue.words);
  g_array_append_val(run->cues, cue);
}

/* Returns where to go on. */
static size_t
look_at(Run *run, size_t at)
{
  const CueText *t = &run->text;
  gboolean bracket = cue_bracket_at(t, at);
  CueNotice notice = CUE_NOTICE_NONE;
  Range found;
  CueId id;

  if ((run->wanted & CUE_BIT(IMITATED_NOTICE)) && (bracket || at >= run->notice))
    notice = cue_notice_at(t, at, &found);
  if (notice == CUE_NOTICE_BARE)
    tell(run, CUE_ID_IMITATED_NOTICE, found);
  if (notice != CUE_NOTICE_NONE) {
    run->notice = bracket ? run->notice : MAX(range_end(found), at + NOTICE_MAX);
    return range_end(found);
  }
  if (!cue_words_at(t, at, run->wanted, &run->reasons, &id, &found))
    return at + 1;
  tell(run, id, found);
  return range_end(found);
}

static gboolean
is_quoted(const CueText *t, size_t line)
{
  while (line < t->len && (t->text[line] == ' ' || t->text[line] == '\t'))
    line++;
  return line < t->len && t->text[line] == '>';
}

gboolean
text_cues(const unsigned char *utf8, size_t len, unsigned wanted, GArray *cues)
{
  Run run = {.text = {(const char *)utf8, len}, .wanted = wanted, .cues = cues};

  run.quoted = is_quoted(&run.text, 0);
  for (size_t at = 0; (at = next_begin(&run.text, at)) + 1 < len;) {
    gboolean within = g_ascii_isalpha(utf8[at]) && at > 0 && g_ascii_isalnum(utf8[at - 1]);

    if (cues->len >= LIMIT_CUES)
      return FALSE;
    if (utf8[at] == '\n')
      run.quoted = is_quoted(&run.text, at + 1);
    at = within || run.quoted || utf8[at] == '\n' ? at + 1 : look_at(&run, at);
  }
  return TRUE;
}
