/* cue_notice.c - text that looks like a notice of ours and came with the message.
 *
 * Marks, the line on top and the notes at the end (milter/rewrite) tell a reader what a gateway
 * did. Whoever writes the like of them into a mail borrows its word: "[Cordon: this link was
 * checked]",
 * "[1 file removed. Ref 7Q2W-8K3M-XA] To release it click here".
 *
 * A reference code proves nothing. It is an HMAC, so nobody can make one up that the store knows;
 * but everybody who was ever replied to has one, for the reply quotes our mark, and may put it
 * beside any words he likes. To bind the words to the code would mean to keep the words of all
 * marks for as long as mail is answered. Nor does a key help to tell a genuine quotation: those
 * come from outside as well, and their senders may change them. What can be said without any of
 * that is enough: a notice that is in a message when it arrives is not about this message. (Its
 * own code would have to be in it, and that is an HMAC of the very bytes.) At best it is
 * history. So each that stands outside of what a reader sees as a quotation is given a few words in
 * front, which are true of a genuine one in a chain of replies too, and all its words stay: a help
 * desk can still look up its code. Nothing is gained by writing those words oneself.
 *
 * What Cordon itself wrote is known by the seal of X-Cordon over the whole body, which the front
 * checks (Letter.sealed): then nobody looks for imitations, so a second pass changes nothing.
 *
 * There is no list of all imitations. These are looked for: a reference code behind the word for
 * it, words of our marks in brackets, the sentence about the original, and brackets that begin with
 * our name or that of a mail gateway. The words are those of milter/rewrite/words.c: a test there
 * shows each kind of mark to this. */
#include "cues.h"

#include <string.h>

#define BRACKET_MAX 400 /* bytes of a notice in brackets */
#define LABEL_MAX   200

/* Bytes of a line in front of a code without brackets. */
#define LINE_MAX_BEFORE 160

static const char *const ref_words[] = {"reference", "ref.", "ref", "參考編號", "参考编号", NULL};
static const char *const kept_words[] = {"the original is kept for ", "原件保留 ", NULL};

static const char *const mark_words[] = {"link disabled",
                                         "links disabled",
                                         "link removed",
                                         "links removed",
                                         "link marked",
                                         "links marked",
                                         "take care before you open it",
                                         "picture blocked",
                                         "pictures blocked",
                                         "embedded content blocked",
                                         "form disabled",
                                         "forms disabled",
                                         "qr code disabled",
                                         "qr codes disabled",
                                         "file removed by",
                                         "files removed by",
                                         "active content removed from",
                                         "連結已停用",
                                         "連結已移除",
                                         "連結已標示",
                                         "開啟前請先核實",
                                         "圖片已封鎖",
                                         "嵌入內容已封鎖",
                                         "表格已停用",
                                         "二維碼已停用",
                                         "檔案已移除",
                                         "链接已停用",
                                         "链接已移除",
                                         "链接已标示",
                                         "打开前请先核实",
                                         "图片已屏蔽",
                                         "嵌入内容已屏蔽",
                                         "表单已停用",
                                         "二维码已停用",
                                         "文件已移除",
                                         "mail gateway",
                                         "email gateway",
                                         "電郵閘道",
                                         "郵件閘道",
                                         "邮件网关",
                                         NULL};

/* What a bracket that begins with our name may speak of. */
static const char *const claims[] = {
    "link", "attachment", "file", "message", "mail", "safe", "check", "scan", "連結", "附件",
    "檔案", "郵件",       "安全", "檢查",    "链接", "文件", "邮件",  "检查", NULL};

/* As words.c has them: copied_words. */
static const char *const label_words[] = {"not issued for this message", "並非就本郵件發出",
                                          "并非就本邮件发出", NULL};

static size_t
any_at(const CueText *t, const char *const *list, size_t at)
{
  char first = at < t->len ? g_ascii_tolower(t->text[at]) : '\0';

  for (; *list; list++) {
    size_t end = **list == first ? cue_match(t, *list, at) : 0;

    if (end > 0)
      return end;
  }
  return 0;
}

/* --- Brackets --------------------------------------------------------------------------------*/

typedef struct bracket {
  const char *open, *close;
} Bracket;

static const Bracket brackets[] = {{"[", "]"}, {"【", "】"}, {"［", "］"}, {"〔", "〕"}};

static const Bracket *
bracket_at(const CueText *t, size_t at)
{
  for (guint i = 0; i < G_N_ELEMENTS(brackets); i++)
    if (t->text[at] == brackets[i].open[0] && cue_has(t, brackets[i].open, at))
      return &brackets[i];
  return NULL;
}

gboolean
cue_bracket_at(const CueText *t, size_t at)
{
  return bracket_at(t, at) != NULL;
}

/* The whole of the brackets that open at `at`; of an address made dead, "drive[.]google[.]com",
 * those within it do not count. Empty if nothing closes them soon, or others open before: so no
 * byte is looked at for more than one. */
static Range
bracketed(const CueText *t, const Bracket *b, size_t at)
{
  size_t stop = MIN(t->len, at + BRACKET_MAX);

  for (size_t i = at + strlen(b->open); i < stop; i++) {
    if (t->text[i] == '[' && i + 2 < stop && t->text[i + 2] == ']')
      i += 2;
    else if (cue_has(t, b->close, i))
      return range_make(at, i + strlen(b->close) - at);
    else if (cue_has(t, b->open, i))
      break;
  }
  return range_make(at, 0);
}

/* --- Codes -----------------------------------------------------------------------------------*/

/* "K7QF-3M2P-XW", and what a reader takes for it. */
static size_t
code_at(const CueText *t, size_t at)
{
  static const char shape[] = "xxxx-xxxx-xx";
  gboolean digit = FALSE;

  if (at + strlen(shape) > t->len)
    return 0;
  for (const char *p = shape; *p; p++, at++) {
    if (*p == '-' ? t->text[at] != '-' : !g_ascii_isalnum(t->text[at]))
      return 0;
    digit = digit || g_ascii_isdigit(t->text[at]);
  }
  return digit && (at >= t->len || (!g_ascii_isalnum(t->text[at]) && t->text[at] != '-')) ? at : 0;
}

static size_t
reference_at(const CueText *t, size_t at)
{
  size_t end = any_at(t, ref_words, at);

  for (int i = 0; i < 8 && end > 0 && end < t->len && code_at(t, end) == 0; i++) {
    size_t next = cue_skip(t, end);

    if (next == end && strchr(":#.-", t->text[end]) && t->text[end])
      next++;
    else if (next == end && cue_has(t, "：", end))
      next += strlen("：");
    if (next == end)
      return 0;
    end = next;
  }
  return end > 0 ? code_at(t, end) : 0;
}

/* "[Cordon: …", or "[Cordon … link …": a name in brackets alone is somebody's. */
static gboolean
begins_as_ours(const CueText *t, const Bracket *b, Range range)
{
  size_t end = cue_match(t, "cordon", cue_skip(t, range.off + strlen(b->open)));

  if (end == 0 || g_ascii_isalnum(t->text[end]))
    return FALSE;
  end = cue_skip(t, end);
  if (t->text[end] == ':' || cue_has(t, "：", end) || cue_has(t, "–", end))
    return TRUE;
  for (; end < range_end(range); end++)
    if (any_at(t, claims, end) > 0)
      return TRUE;
  return FALSE;
}

/* A word of ours stands by itself in it, or a code. */
static gboolean
says_as_ours(const CueText *t, Range range)
{
  for (size_t i = range.off + 1; i < range_end(range); i++) {
    if (g_ascii_isalnum(t->text[i - 1]) && (guchar)t->text[i] < 0x80)
      continue;
    if ((guchar)t->text[i] > ' ' && (any_at(t, mark_words, i) > 0 || reference_at(t, i) > 0))
      return TRUE;
  }
  return FALSE;
}

/* --- What is there ---------------------------------------------------------------------------*/

static gboolean
is_label(const CueText *t, size_t at)
{
  return cue_has(t, "(", at) && any_at(t, label_words, at + 1) > 0;
}

/* The words that Cordon puts in front stand right before it. */
static gboolean
has_label(const CueText *t, size_t at)
{
  size_t i = at, from = at > LABEL_MAX ? at - LABEL_MAX : 0;

  while (i > from && (guchar)t->text[i - 1] <= ' ')
    i--;
  if (i == from || t->text[i - 1] != ')')
    return FALSE;
  for (i--; i > from && t->text[i] != '(';)
    i--;
  return is_label(t, i);
}

/* Without brackets the notice is what stands in front of it in the line as well. */
static size_t
line_start(const CueText *t, size_t at)
{
  size_t from = at > LINE_MAX_BEFORE ? at - LINE_MAX_BEFORE : 0, start = at;

  while (start > from && t->text[start - 1] != '\n')
    start--;
  return start > from || start == 0 ? MIN(cue_skip(t, start), at) : at;
}

CueNotice
cue_notice_at(const CueText *t, size_t at, Range *found)
{
  const Bracket *bracket = bracket_at(t, at);
  size_t end;

  if (bracket) {
    *found = bracketed(t, bracket, at);
    if (found->len == 0 || !(begins_as_ours(t, bracket, *found) || says_as_ours(t, *found)))
      return CUE_NOTICE_NONE;
  } else {
    end = reference_at(t, at);
    end = end > 0 ? end : any_at(t, kept_words, at);
    if (end == 0)
      return CUE_NOTICE_NONE;
    at = line_start(t, at);
    *found = range_make(at, end - at);
    if (is_label(t, at))
      return CUE_NOTICE_LABELLED;
  }
  return has_label(t, at) ? CUE_NOTICE_LABELLED : CUE_NOTICE_BARE;
}
