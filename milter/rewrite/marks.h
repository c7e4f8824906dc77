/* marks.h - what a reader is told, in words and in looks. Pure text out: nothing here knows where
 * in a message it will stand. */
#ifndef CORDON_MARKS_H
#define CORDON_MARKS_H

#include "disarm.h"
#include "policy.h"

/* What happened to the thing that a mark stands beside. */
typedef enum what {
  WHAT_DISABLED,
  WHAT_REMOVED,
  WHAT_CHECK,
  WHAT_PICTURE,
  WHAT_EMBEDDED,
  WHAT_FORM,
  WHAT_QR,
  WHAT_FILE,
  WHAT_SENDER,
  WHAT_TEXT,
  WHATS
} What;

/* What the top line counts, or the end notes. */
typedef enum count {
  COUNT_DISABLED,
  COUNT_REMOVED,
  COUNT_PICTURES,
  COUNT_EMBEDDED,
  COUNT_FORMS,
  COUNT_QR,
  COUNT_HIDDEN,
  COUNT_MARKED,
  COUNT_FILES,
  COUNT_DISARMED,
  COUNT_FIELDS,
  COUNTS
} Count;

/* What a change does to a signature, the graver last. */
typedef enum signature { SIGNATURE_KEPT, SIGNATURE_BROKEN, SIGNATURE_TAKEN_OFF } Signature;

/* How marks of one message speak. */
typedef struct speech {
  const Settings *settings;
  const char *ref;
  unsigned order[LANGS]; /* languages by preference, all of them */
  unsigned inline_langs; /* so many of them in marks, top lines and end notes */
} Speech;

typedef struct mark {
  Tier tier;
  What what;
  const Notice *notice;       /* may be NULL: then it names no class */
  const char *const *service; /* its name by language, where the rule is about that; or NULL */
  char *host;       /* owned; what stands for the address: "drive.google.com", "whatsapp:" */
  char *domain;     /* owned; the end of host that is emphasised; "" for none */
  gboolean carried; /* the host is that of an address in another one */
  char *display;    /* owned; the host in Unicode if that differs, else NULL */
  char *resembles;  /* owned; the host that it is made to be taken for, or NULL */
  unsigned lower;   /* pixels that what stands in front of it reaches below the line */
  unsigned again;   /* 2, 3 ...: one of its kind stood in this part before, so it is short */
} Mark;

/* A notice that is to be told, and what it is told of. */
typedef struct told {
  const Notice *notice;
  GPtrArray *services; /* const char *const *: names by language, each once */
  gboolean others;     /* ... and of something without a name, or of more than are named */
} Told;

Told *told_new(const Notice *notice);
void told_free(Told *told);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Told, told_free)
/* service as in Mark. */
void told_add(Told *told, const char *const *service);

/* What the top line and the end notes of one body part say. */
typedef struct summary {
  unsigned counts[COUNTS]; /* of policy and danger */
  unsigned quiet[COUNTS];  /* of information: one small line at the end */
  Tier tier;               /* the highest of what is counted loudly */
  GPtrArray *hosts;        /* char *, owned: where quiet links led, each once; NULL: and others */
  GPtrArray *notices;      /* Told *, each notice once; not of what is quiet */
  GPtrArray *flags;   /* Mark *: what is flagged and has no place of its own: files, the sender */
  GPtrArray *cleaned; /* Cleaned *: files that were disarmed */
  Signature signature;
} Summary;

/* So many are named. */
#define CLEANED_LISTED 5

/* A file that was disarmed, for the end notes. */
typedef struct cleaned {
  char *name;       /* as a reader may see it; "" for none */
  BitSet removed;   /* TRAIT() bits */
  gboolean tags;    /* and the tags of a PDF */
  GPtrArray *hosts; /* char *: where links in it led, as a reader may see them, each once */
} Cleaned;

Cleaned *cleaned_new(const char *name, const Taken *taken);
Cleaned *cleaned_copy(const Cleaned *cleaned);
void cleaned_free(Cleaned *cleaned);
void cleaned_add_host(Cleaned *cleaned, const char *host);
/* "Active content removed from plan[.]docm: macros. Links in it disabled: wa[.]me. The rest of the
 * file is as it was." New string. */
char *cleaned_words(const Cleaned *cleaned, unsigned lang);

void mark_free(Mark *mark);

Summary *summary_new(void);
void summary_free(Summary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Summary, summary_free)
/* Both as in Mark. */
void summary_add_notice(Summary *summary, const Notice *notice, const char *const *service);
/* Counts what a mark tells, quietly where its tier is information. */
void summary_count(Summary *summary, const Mark *mark, Count count);
void summary_join(Summary *to, const Summary *from);
gboolean summary_has_top(const Summary *summary);
gboolean summary_has_quiet(const Summary *summary);
gboolean summary_is_empty(const Summary *summary); /* nothing to tell at all, flags aside */

/* --- summary.c above, words.c below --- */

void speech_init(Speech *speech, const Settings *settings, const char *ref);
const char *lang_tag(unsigned lang);
const char *what_words(What what, unsigned lang);
const char *warning_word(unsigned lang);
/* "2 links disabled, 1 file removed by the mail gateway of X"; new string */
char *counts_words(const unsigned counts[COUNTS], const Speech *speech, unsigned lang);
/* "3 links disabled by the mail gateway of X: wa[.]me, t[.]me", `also` if it is not all that is
 * told; new string */
char *quiet_words(const Summary *summary, const Speech *speech, unsigned lang, gboolean also);
const char *ref_word(unsigned lang);
/* "not", in front of the host that a link only seems to lead to. */
const char *not_word(unsigned lang);
/* "Reference …. The original is kept for 30 days. Questions: …."; new string */
char *keep_words(const Speech *speech, unsigned lang);
/* Where access is asked for with the code, "https://…"; new string. NULL: nowhere. */
char *request_url(const Speech *speech);
/* "To ask for access: ", in front of it. */
const char *request_word(unsigned lang);
/* Not of SIGNATURE_KEPT. */
const char *signature_words(Signature signature, unsigned lang);
/* "(not issued for this message …) ": in front of what looks like a notice of ours. New string. */
char *copied_words(const Speech *speech);
/* "Cloud storage: why. todo." without the title; new string */
char *notice_words(const Notice *notice, unsigned lang);
/* "Instant messaging (WhatsApp, Telegram)"; new string */
char *told_title(const Told *told, unsigned lang);
/* "WeChat" and "微信": its name in the i-th language of marks, dead (deaden.h). New string, or NULL
 * where it says no more than the first. */
char *service_word(const Speech *speech, const char *const *service, unsigned i);
/* "WeChat 微信"; new string */
char *service_words(const Speech *speech, const char *const *service);
/* Around a remark: " (" or the full-width bracket, and what closes it. */
const char *open_word(unsigned lang);
const char *close_word(unsigned lang);
/* Between a title and what follows it: ": " or the full-width colon. */
const char *colon_word(unsigned lang);
const char *stop_word(unsigned lang);
/* "12.3 KB"; new string */
char *size_words(guint64 bytes);
const char *tier_sign(Tier tier);
/* TRUE if this mark stands at the beginning of these bytes already, with any reference code:
 * carriage returns do not count. */
gboolean mark_stands(const char *mark, const char *ref, const unsigned char *at, size_t len);

/* --- html_marks.c: pure ASCII, no line over LIMIT_LINE; eol only where it shows as nothing --- */

char *html_mark(const Speech *speech, const Mark *mark, const char *eol);
/* Bytes of the mark that stands here, 0 if none does. */
size_t html_mark_len(const unsigned char *at, size_t len);
/* The same text with character references. New string. */
char *html_text(const char *utf8);
char *html_top(const Speech *speech, const Summary *summary, const char *eol);
char *html_flag_line(const Speech *speech, const Mark *flag, const char *eol);
char *html_notes(const Speech *speech, const Summary *summary, const char *eol);
/* A file's placeholder as a page: each text (char *, in the order of the speech) a block. */
char *html_blocks(const Speech *speech, char *const texts[LANGS], const char *eol);

/* --- text_marks.c: UTF-8 --- */

char *text_mark(const Speech *speech, const Mark *mark);
char *text_top(const Speech *speech, const Summary *summary, const char *eol);
char *text_flag_line(const Speech *speech, const Mark *flag, const char *eol);
char *text_notes(const Speech *speech, const Summary *summary, const char *eol);
/* Breaks at blanks, or between ideographs, so that no line is wider than 72 columns. No line ends
 * with a blank (format=flowed) or begins with '>'. Appends; ends with eol. */
void text_wrap(GString *out, const char *text, const char *eol);

#endif
