/* cue_words.c - phrases by which a text leads where no gateway is: an account of a messenger, an
 * address to be put together by hand, a number to call, orders to a program that sums up mail.
 *
 * They are told to rules and to the event, and nothing is done about them unless a rule says so:
 * such words are honest in most mails that have them (signatures name a WeChat account, lists write
 * "example (dot) org"). */
#include "cues.h"

#include <string.h>

#define CALL_MAX   60  /* bytes from "call" to the number */
#define REASON_MAX 400 /* bytes on either side in which the reason to call stands */

/* Behind the words: */
typedef enum tail {
  TAIL_NONE,
  TAIL_ACCOUNT, /* perhaps a colon; an account: 5 characters or more with a digit, or "@name" */
  TAIL_NUMBER,  /* perhaps a colon; a number of 6 digits or more */
  TAIL_CALL,    /* a number soon, and a reason to call it near by */
} Tail;

typedef struct phrase {
  CueId id;
  const char *words; /* as cue_match */
  Tail tail;
} Phrase;

#define P CUE_ID_PRIVATE_CHANNEL
#define S CUE_ID_SPELLED_ADDRESS
#define C CUE_ID_CALL_BACK
#define I CUE_ID_PROMPT_INJECTION

static const Phrase phrases[] = {
    {P, "加我微信", TAIL_NONE},
    {P, "加我wechat", TAIL_NONE},
    {P, "加微信", TAIL_ACCOUNT},
    {P, "微信號", TAIL_ACCOUNT},
    {P, "微信号", TAIL_ACCOUNT},
    {P, "微信id", TAIL_ACCOUNT},
    {P, "微信", TAIL_ACCOUNT},
    {P, "薇信", TAIL_ACCOUNT},
    {P, "v信", TAIL_ACCOUNT},
    {P, "vx", TAIL_ACCOUNT},
    {P, "wechat id", TAIL_ACCOUNT},
    {P, "wechat", TAIL_ACCOUNT},
    {P, "add me on wechat", TAIL_NONE},
    {P, "qq群", TAIL_NUMBER},
    {P, "qq號", TAIL_NUMBER},
    {P, "qq号", TAIL_NUMBER},
    {P, "qq", TAIL_NUMBER},
    {P, "line id", TAIL_ACCOUNT},
    {P, "whatsapp", TAIL_NUMBER},
    {P, "whatsapp me", TAIL_NONE},
    {P, "contact me on whatsapp", TAIL_NONE},
    {P, "text me on whatsapp", TAIL_NONE},
    {P, "message me on whatsapp", TAIL_NONE},
    {P, "telegram", TAIL_ACCOUNT},
    {P, "signal", TAIL_NUMBER},
    {P, "my private email", TAIL_NONE},
    {P, "my private e-mail", TAIL_NONE},
    {P, "my private mail", TAIL_NONE},
    {P, "我的私人電郵", TAIL_NONE},
    {P, "我的私人郵箱", TAIL_NONE},
    {P, "我的私人邮箱", TAIL_NONE},
    {S, "hxxp://", TAIL_NONE},
    {S, "hxxps://", TAIL_NONE},
    {S, "h**p://", TAIL_NONE},
    {S, "h**ps://", TAIL_NONE},
    {S, "(dot)", TAIL_NONE},
    {S, "[dot]", TAIL_NONE},
    {S, "{dot}", TAIL_NONE},
    {S, "(點)", TAIL_NONE},
    {S, "(点)", TAIL_NONE},
    {S, "（點）", TAIL_NONE},
    {S, "（点）", TAIL_NONE},
    {C, "call", TAIL_CALL},
    {C, "dial", TAIL_CALL},
    {C, "致電", TAIL_CALL},
    {C, "致电", TAIL_CALL},
    {I, "ignore all previous instructions", TAIL_NONE},
    {I, "ignore previous instructions", TAIL_NONE},
    {I, "ignore all prior instructions", TAIL_NONE},
    {I, "ignore the above instructions", TAIL_NONE},
    {I, "disregard all previous instructions", TAIL_NONE},
    {I, "disregard previous instructions", TAIL_NONE},
    {I, "忽略之前的指示", TAIL_NONE},
    {I, "忽略以上指示", TAIL_NONE},
    {I, "忽略之前的指令", TAIL_NONE},
    {I, "忽略以上指令", TAIL_NONE},
};

#undef P
#undef S
#undef C
#undef I

static size_t
skip_colon(const CueText *t, size_t at)
{
  at = cue_skip(t, at);
  if (at < t->len && strchr(":=-#.", t->text[at]) && t->text[at])
    at++;
  else if (cue_has(t, "：", at))
    at += strlen("：");
  return cue_skip(t, at);
}

/* "abc_123", "@name": a word is none. */
static size_t
account_at(const CueText *t, size_t at)
{
  size_t start = skip_colon(t, at), end = start;
  unsigned digits = 0;
  gboolean named = start < t->len && t->text[start] == '@';

  for (end += named; end < t->len; end++) {
    if (!g_ascii_isalnum(t->text[end]) && t->text[end] != '_' && t->text[end] != '-')
      break;
    digits += g_ascii_isdigit(t->text[end]);
  }
  return end - start >= 5 && (named || digits > 0) ? end : 0;
}

/* Digits, with blanks, hyphens, dots and brackets between them. */
static size_t
number_at(const CueText *t, size_t at)
{
  unsigned digits = 0, gap = 0;
  size_t end = at;

  if (at < t->len && (t->text[at] == '+' || t->text[at] == '('))
    at++;
  if (at >= t->len || !g_ascii_isdigit(t->text[at]))
    return 0;
  for (; at < t->len && digits < 20 && gap < 3; at++) {
    if (g_ascii_isdigit(t->text[at])) {
      digits++;
      gap = 0;
      end = at + 1;
    } else if (strchr(" -.()", t->text[at]) && t->text[at]) {
      gap++;
    } else {
      break;
    }
  }
  return digits >= 6 ? end : 0;
}

static gboolean
reason_at(const CueText *t, size_t at)
{
  static const char *const reasons[] = {"refund",  "cancel", "renew",    "charged", "subscription",
                                        "debited", "退款",   "取消訂閱", "扣款",    NULL};

  for (const char *const *reason = reasons; *reason; reason++)
    if (g_ascii_tolower(t->text[at]) == **reason && cue_match(t, *reason, at) > 0)
      return TRUE;
  return FALSE;
}

static gboolean
has_reason(const CueText *t, size_t at, CueReasons *known)
{
  size_t from = at > REASON_MAX ? at - REASON_MAX : 0, stop = MIN(t->len, at + REASON_MAX);

  if (from > known->at)
    *known = (CueReasons){from, FALSE};
  while (!known->found && known->at < stop) {
    known->found = reason_at(t, known->at);
    known->at += known->found ? 0 : 1;
  }
  return known->found && known->at < stop;
}

static size_t
call_at(const CueText *t, size_t at, CueReasons *reasons)
{
  size_t stop = MIN(t->len, at + CALL_MAX);

  for (size_t i = at; i < stop; i++) {
    size_t end = g_ascii_isalnum(t->text[i - 1]) ? 0 : number_at(t, i);

    if (end > 0)
      return end - i >= 8 && has_reason(t, at, reasons) ? end : 0;
  }
  return 0;
}

/* A dot in words stands between two names, not in an address of mail. */
static gboolean
parts_names(const CueText *t, size_t at, size_t end)
{
  size_t from = at > 48 ? at - 48 : 0;

  for (size_t i = from; i < at; i++)
    if (cue_match(t, "(at)", i) > 0 || cue_match(t, "[at]", i) > 0 || t->text[i] == '@')
      return FALSE;
  while (at > from && t->text[at - 1] == ' ')
    at--;
  end = cue_skip(t, end);
  return at > from && g_ascii_isalnum(t->text[at - 1]) && end < t->len &&
         g_ascii_isalpha(t->text[end]);
}

static size_t
phrase_at(const CueText *t, const Phrase *p, size_t at, CueReasons *reasons)
{
  size_t end = cue_match(t, p->words, at);

  if (end == 0 ||
      (end < t->len && g_ascii_isalnum(t->text[end - 1]) && g_ascii_isalnum(t->text[end])))
    return 0;
  switch (p->tail) {
  case TAIL_ACCOUNT:
    return account_at(t, end);
  case TAIL_NUMBER:
    end = skip_colon(t, end);
    return number_at(t, end);
  case TAIL_CALL:
    return call_at(t, end, reasons);
  case TAIL_NONE:
    break;
  }
  if (p->id == CUE_ID_SPELLED_ADDRESS && !g_ascii_isalpha(p->words[0]))
    return parts_names(t, at, end) ? end : 0;
  return end;
}

gboolean
cue_words_at(const CueText *t, size_t at, unsigned wanted, CueReasons *reasons, CueId *id,
             Range *found)
{
  char first = g_ascii_tolower(t->text[at]), second;

  if (at + 1 >= t->len)
    return FALSE;
  second = g_ascii_tolower(t->text[at + 1]);
  if (first == 'r' || (first == 't' && second != 'e'))
    return FALSE; /* "the" and "re…" are notices' and too frequent to be looked up */
  for (guint i = 0; i < G_N_ELEMENTS(phrases); i++) {
    const Phrase *p = &phrases[i];
    size_t end;

    if (p->words[0] != first || p->words[1] != second || !(wanted & (1u << p->id)))
      continue;
    end = phrase_at(t, p, at, reasons);
    if (end == 0)
      continue;
    *id = p->id;
    *found = range_make(at, end - at);
    return TRUE;
  }
  return FALSE;
}
