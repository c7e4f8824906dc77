/* words.c - what marks say, in three languages. The wording follows the tier: policy text never
 * says that a thing is malicious. */
#include "marks.h"

#include <string.h>

#include "deaden.h"

static const char *const tags[LANGS] = {"en", "zh-Hant", "zh-Hans"};

static const char *const whats[WHATS][LANGS] = {
    [WHAT_DISABLED] = {"link disabled", "連結已停用", "链接已停用"},
    [WHAT_REMOVED] = {"link removed", "連結已移除", "链接已移除"},
    [WHAT_CHECK] = {"take care before you open it", "開啟前請先核實", "打开前请先核实"},
    [WHAT_PICTURE] = {"picture blocked", "圖片已封鎖", "图片已屏蔽"},
    [WHAT_EMBEDDED] = {"embedded content blocked", "嵌入內容已封鎖", "嵌入内容已屏蔽"},
    [WHAT_FORM] = {"form disabled", "表格已停用", "表单已停用"},
    [WHAT_QR] = {"QR code disabled", "二維碼已停用", "二维码已停用"},
    [WHAT_FILE] = {"take care with this file", "請小心處理此檔案", "请小心处理此文件"},
    [WHAT_SENDER] = {"sender of this message", "此郵件的寄件人", "此邮件的发件人"},
    [WHAT_TEXT] = {"check with the sender before you do so", "照做前請先向寄件人核實",
                   "照做前请先向发件人核实"},
};

/* One and many in English; the others count with %u alone. */
static const char *const counted[COUNTS][LANGS + 1] = {
    [COUNT_DISABLED] = {"1 link disabled", "%u 個連結已停用", "%u 个链接已停用",
                        "%u links disabled"},
    [COUNT_REMOVED] = {"1 link removed", "%u 個連結已移除", "%u 个链接已移除", "%u links removed"},
    [COUNT_PICTURES] = {"1 picture blocked", "%u 張圖片已封鎖", "%u 张图片已屏蔽",
                        "%u pictures blocked"},
    [COUNT_EMBEDDED] = {"1 embedded item blocked", "%u 項嵌入內容已封鎖", "%u 项嵌入内容已屏蔽",
                        "%u embedded items blocked"},
    [COUNT_FORMS] = {"1 form disabled", "%u 個表格已停用", "%u 个表单已停用", "%u forms disabled"},
    [COUNT_QR] = {"1 QR code disabled", "%u 個二維碼已停用", "%u 个二维码已停用",
                  "%u QR codes disabled"},
    [COUNT_HIDDEN] = {"1 hidden link disabled", "%u 個隱藏連結已停用", "%u 个隐藏链接已停用",
                      "%u hidden links disabled"},
    [COUNT_MARKED] = {"1 link marked", "%u 個連結已標示", "%u 个链接已标示", "%u links marked"},
    [COUNT_FILES] = {"1 file removed", "%u 個檔案已移除", "%u 个文件已移除", "%u files removed"},
    [COUNT_DISARMED] = {"active content removed from 1 file", "%u 個檔案已移除動態內容",
                        "%u 个文件已移除动态内容", "active content removed from %u files"},
    [COUNT_FIELDS] = {"1 link in the message header disabled", "%u 個郵件標頭連結已停用",
                      "%u 个邮件标头链接已停用", "%u links in the message header disabled"},
};

const char *
lang_tag(unsigned lang)
{
  return tags[lang];
}

const char *
what_words(What what, unsigned lang)
{
  return whats[what][lang];
}

const char *
warning_word(unsigned lang)
{
  static const char *const words[LANGS] = {"Warning", "警告", "警告"};
  return words[lang];
}

const char *
ref_word(unsigned lang)
{
  static const char *const words[LANGS] = {"Ref", "參考編號", "参考编号"};
  return words[lang];
}

const char *
not_word(unsigned lang)
{
  static const char *const words[LANGS] = {"not", "並非", "并非"};
  return words[lang];
}

const char *
colon_word(unsigned lang)
{
  return lang == LANG_EN ? ": " : "：";
}

const char *
stop_word(unsigned lang)
{
  return lang == LANG_EN ? ". " : "。";
}

static const char *
comma_word(unsigned lang)
{
  return lang == LANG_EN ? ", " : "、";
}

static const char *
others_word(unsigned lang)
{
  static const char *const words[LANGS] = {"others", "其他", "其他"};
  return words[lang];
}

const char *
open_word(unsigned lang)
{
  return lang == LANG_EN ? " (" : "（";
}

const char *
close_word(unsigned lang)
{
  return lang == LANG_EN ? ")" : "）";
}

/* "Google 雲端硬碟" beside "Google Drive" says nothing more. */
static gboolean
is_much_the_same(const char *name, const char *other)
{
  size_t word = strcspn(name, " ");
  return strncmp(name, other, word) == 0 && (other[word] == '\0' || other[word] == ' ');
}

/* A name can look like a host, as that of mail.com does. */
char *
service_word(const Speech *speech, const char *const *service, unsigned i)
{
  const char *first = service[speech->order[0]], *name = service[speech->order[i]];
  if (i > 0 && (is_much_the_same(first, name) || is_much_the_same(name, first)))
    return NULL;
  return deaden(name, -1);
}

char *
service_words(const Speech *speech, const char *const *service)
{
  GString *out = g_string_new(NULL);
  for (unsigned i = 0; i < speech->inline_langs; i++) {
    g_autofree char *name = service_word(speech, service, i);
    if (name != NULL)
      g_string_append_printf(out, "%s%s", i > 0 ? " " : "", name);
  }
  return g_string_free(out, FALSE);
}

char *
told_title(const Told *told, unsigned lang)
{
  GString *out = g_string_new(told->notice->title[lang]);
  for (guint i = 0; i < told->services->len; i++) {
    const char *const *service = g_ptr_array_index(told->services, i);
    g_autofree char *dead = deaden(service[lang], -1);
    g_string_append(out, i == 0 ? open_word(lang) : comma_word(lang));
    g_string_append(out, dead);
  }
  if (told->services->len > 0 && told->others)
    g_string_append_printf(out, "%s%s", comma_word(lang), others_word(lang));
  if (told->services->len > 0)
    g_string_append(out, close_word(lang));
  return g_string_free(out, FALSE);
}

const char *
signature_words(Signature signature, unsigned lang)
{
  static const char *const broken[LANGS] = {
      "This message was digitally signed. Because of this change its signature no longer verifies.",
      "此郵件原有數碼簽署；因上述更改，該簽署已無法核實。",
      "此邮件原有数字签名；因上述更改，该签名已无法验证。",
  };
  static const char *const taken_off[LANGS] = {
      "This message was digitally signed. Because of this change the signature has been taken off.",
      "此郵件原有數碼簽署；因上述更改，該簽署已被移除。",
      "此邮件原有数字签名；因上述更改，该签名已被移除。",
  };
  return signature == SIGNATURE_TAKEN_OFF ? taken_off[lang] : broken[lang];
}

/* milter/inspect/text/cue_notice.c knows these words. */
char *
copied_words(const Speech *speech)
{
  static const char *const words[LANGS] = {"not issued for this message", "並非就本郵件發出",
                                           "并非就本邮件发出"};
  GString *out = g_string_new("(");
  for (unsigned i = 0; i < speech->inline_langs; i++)
    g_string_append_printf(out, "%s%s", i > 0 ? " " : "", words[speech->order[i]]);
  g_string_append(out, ") ");
  return g_string_free(out, FALSE);
}

const char *
tier_sign(Tier tier)
{
  static const char *const signs[] = {
      [TIER_NONE] = "\xe2\x93\x98",               /* circled i */
      [TIER_INFORMATION] = "\xe2\x93\x98",        /* circled i */
      [TIER_POLICY] = "\xe2\x8a\x98",             /* circle with a stroke */
      [TIER_DANGER] = "\xe2\x9a\xa0\xef\xb8\x8e", /* warning sign, as text */
  };
  return signs[tier];
}

static unsigned
lang_from_tag(const char *tag)
{
  unsigned lang = 0;
  while (lang < LANGS && g_ascii_strcasecmp(tags[lang], tag) != 0)
    lang++;
  return lang;
}

static void
speech_add(Speech *speech, unsigned *n, unsigned lang)
{
  for (unsigned i = 0; i < *n; i++)
    if (speech->order[i] == lang)
      return;
  if (lang < LANGS)
    speech->order[(*n)++] = lang;
}

/* Marks stay short: the first two languages; placeholders have room for all. */
void
speech_init(Speech *speech, const Settings *settings, const char *ref)
{
  unsigned n = 0;
  *speech = (Speech){.settings = settings, .ref = ref};
  for (char **tag = settings->languages; tag != NULL && *tag != NULL; tag++)
    speech_add(speech, &n, lang_from_tag(*tag));
  speech->inline_langs = n == 0 ? 2 : MIN(n, 2);
  for (unsigned lang = 0; lang < LANGS; lang++)
    speech_add(speech, &n, lang);
}

/* The formats come from the table above only. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void
append_count(GString *out, unsigned n, Count count, unsigned lang)
{
  const char *format = counted[count][lang == LANG_EN && n > 1 ? LANGS : lang];
  if (n == 0)
    return;
  if (out->len > 0)
    g_string_append(out, comma_word(lang));
  g_string_append_printf(out, format, n);
}
#pragma GCC diagnostic pop

char *
counts_words(const unsigned counts[COUNTS], const Speech *speech, unsigned lang)
{
  GString *out = g_string_new(NULL);
  const char *organisation = speech->settings->organisation[lang];
  for (Count count = 0; count < COUNTS; count++)
    append_count(out, counts[count], count, lang);
  if (organisation != NULL && *organisation != '\0')
    g_string_append_printf(out, lang == LANG_EN ? " by %s" : "（%s）", organisation);
  return g_string_free(out, FALSE);
}

char *
quiet_words(const Summary *summary, const Speech *speech, unsigned lang, gboolean also)
{
  static const char *const alsos[LANGS] = {"Also: ", "另外：", "另外："};
  g_autofree char *counts = counts_words(summary->quiet, speech, lang);
  GString *out = g_string_new(also ? alsos[lang] : NULL);
  g_string_append(out, counts);
  for (guint i = 0; i < summary->hosts->len; i++) {
    const char *host = g_ptr_array_index(summary->hosts, i);
    g_autofree char *dead = host != NULL ? deaden(host, -1) : NULL;
    g_string_append(out, i == 0 ? colon_word(lang) : comma_word(lang));
    g_string_append(out, dead != NULL ? dead : others_word(lang));
  }
  return g_string_free(out, FALSE);
}

char *
keep_words(const Speech *speech, unsigned lang)
{
  unsigned days = speech->settings->keep_days;
  const char *contact = speech->settings->contact[lang];
  gboolean known = contact != NULL && *contact != '\0';
  switch (lang) {
  case LANG_EN:
    return g_strdup_printf("Reference %s. The original is kept for %u days.%s%s%s", speech->ref,
                           days, known ? " Questions: " : "", known ? contact : "",
                           known ? "." : "");
  case LANG_ZH_HANT:
    return g_strdup_printf("參考編號 %s。原件保留 %u 天。%s%s%s", speech->ref, days,
                           known ? "查詢：" : "", known ? contact : "", known ? "。" : "");
  default:
    return g_strdup_printf("参考编号 %s。原件保留 %u 天。%s%s%s", speech->ref, days,
                           known ? "查询：" : "", known ? contact : "", known ? "。" : "");
  }
}

char *
request_url(const Speech *speech)
{
  const char *given = speech->settings->request_url;
  if (given == NULL || *given == '\0')
    return NULL;
  GString *url = g_string_new(given);
  g_string_replace(url, "%code%", speech->ref, 1);
  return g_string_free(url, FALSE);
}

const char *
request_word(unsigned lang)
{
  static const char *const words[LANGS] = {"To ask for access: ", "申請使用：", "申请使用："};
  return words[lang];
}

char *
notice_words(const Notice *notice, unsigned lang)
{
  const char *why = notice->why[lang] != NULL ? notice->why[lang] : "";
  const char *todo = notice->todo[lang] != NULL ? notice->todo[lang] : "";
  return g_strconcat(why, lang == LANG_EN && *why != '\0' && *todo != '\0' ? " " : "", todo, NULL);
}

char *
size_words(guint64 bytes)
{
  if (bytes < 1024)
    return g_strdup_printf("%u B", (unsigned)bytes);
  if (bytes < 1024 * 1024)
    return g_strdup_printf("%u KB", (unsigned)((bytes + 512) / 1024));
  guint64 tenths = (bytes * 10 + 512 * 1024) / (1024 * 1024);
  return g_strdup_printf("%u MB", (unsigned)((tenths + 5) / 10));
}

static gboolean
is_ref_digit(unsigned char c)
{
  return g_ascii_isdigit(c) || g_ascii_isupper(c) || c == '-';
}

gboolean
mark_stands(const char *mark, const char *ref, const unsigned char *at, size_t len)
{
  size_t ref_len = strlen(ref), i = 0;
  while (*mark != '\0') {
    gboolean code = ref_len > 0 && strncmp(mark, ref, ref_len) == 0;
    if (*mark == '\r') {
      mark++;
      continue;
    }
    while (i < len && at[i] == '\r')
      i++;
    if (i >= len || (!code && at[i] != (unsigned char)*mark))
      return FALSE;
    for (size_t k = 0; code && k < ref_len; k++)
      if (i + k >= len || !is_ref_digit(at[i + k]))
        return FALSE;
    mark += code ? ref_len : 1;
    i += code ? ref_len : 1;
  }
  return TRUE;
}
