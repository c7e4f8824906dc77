/* disarm_words.c - what the reader of a disarmed file is told. */
#include "../marks.h"

#include <string.h>

#include "deaden.h"
#include "finding.h"

#define NAME_SHOWN  120
#define HOSTS_SHOWN 8

typedef struct thing {
  BitSet traits;
  const char *words[LANGS];
} Thing;

/* In the order in which they are named. */
static const Thing things[] = {
    {TRAIT(MACRO) | TRAIT(XLM) | TRAIT(AUTO_RUN), {"macros", "巨集", "宏"}},
    {TRAIT(DDE), {"fields that start programs", "可啟動程式的欄位", "可启动程序的域"}},
    {TRAIT(REMOTE_TEMPLATE) | TRAIT(EXTERNAL_RELATIONSHIP),
     {"content loaded from elsewhere", "從其他地方載入的內容", "从其他位置加载的内容"}},
    {TRAIT(OLE_OBJECT) | TRAIT(EQUATION), {"embedded objects", "嵌入物件", "嵌入对象"}},
    {TRAIT(ACTIVEX), {"ActiveX controls", "ActiveX 控制項", "ActiveX 控件"}},
    {TRAIT(PDF_JAVASCRIPT) | TRAIT(HTML_SCRIPT), {"scripts", "指令碼", "脚本"}},
    {TRAIT(FORM), {"forms", "表格", "表单"}},
    {TRAIT(PDF_LAUNCH) | TRAIT(PDF_ACTION) | TRAIT(PDF_OPEN_ACTION), {"actions", "動作", "动作"}},
    {TRAIT(PDF_MEDIA), {"embedded media", "嵌入的媒體", "嵌入的媒体"}},
    {TRAIT(XFA), {"dynamic forms", "動態表格", "动态表单"}},
    {TRAIT(EMBEDDED_FILE), {"embedded files", "嵌入的檔案", "嵌入的文件"}},
};

static const Thing others = {
    0, {"other content that can act by itself", "其他可自行執行的內容", "其他可自行执行的内容"}};

Cleaned *
cleaned_new(const char *name, const Taken *taken)
{
  Cleaned *cleaned = g_new0(Cleaned, 1);
  g_autofree char *clean = name_clean(name, NAME_SHOWN);

  cleaned->name = deaden(clean, -1);
  cleaned->removed = taken->traits;
  cleaned->tags = taken->tags;
  cleaned->hosts = g_ptr_array_new_with_free_func(g_free);
  return cleaned;
}

void
cleaned_add_host(Cleaned *cleaned, const char *host)
{
  g_autofree char *dead = deaden(host, -1);

  if (*dead && !g_ptr_array_find_with_equal_func(cleaned->hosts, dead, g_str_equal, NULL))
    g_ptr_array_add(cleaned->hosts, g_steal_pointer(&dead));
}

Cleaned *
cleaned_copy(const Cleaned *cleaned)
{
  Cleaned *copy = g_new0(Cleaned, 1);

  copy->name = g_strdup(cleaned->name);
  copy->removed = cleaned->removed;
  copy->tags = cleaned->tags;
  copy->hosts = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < cleaned->hosts->len; i++)
    g_ptr_array_add(copy->hosts, g_strdup(g_ptr_array_index(cleaned->hosts, i)));
  return copy;
}

void
cleaned_free(Cleaned *cleaned)
{
  if (!cleaned)
    return;
  g_free(cleaned->name);
  g_ptr_array_unref(cleaned->hosts);
  g_free(cleaned);
}

static void
append_thing(GString *out, const Thing *thing, unsigned lang)
{
  if (out->len > 0)
    g_string_append(out, lang == LANG_EN ? ", " : "、");
  g_string_append(out, thing->words[lang]);
}

static char *
things_words(BitSet removed, unsigned lang)
{
  GString *out = g_string_new(NULL);

  for (size_t i = 0; i < G_N_ELEMENTS(things); i++)
    if (removed & things[i].traits)
      append_thing(out, &things[i], lang);
  if (out->len == 0)
    append_thing(out, &others, lang);
  return g_string_free(out, FALSE);
}

static char *
hosts_words(const GPtrArray *hosts, unsigned lang)
{
  static const char *const others[LANGS] = {", others", "、其他", "、其他"};
  GString *out = g_string_new(NULL);

  for (guint i = 0; i < MIN(hosts->len, HOSTS_SHOWN); i++) {
    if (i > 0)
      g_string_append(out, lang == LANG_EN ? ", " : "、");
    g_string_append(out, g_ptr_array_index(hosts, i));
  }
  if (hosts->len > HOSTS_SHOWN)
    g_string_append(out, others[lang]);
  return g_string_free(out, FALSE);
}

static void
append_active(GString *out, const char *name, BitSet removed, unsigned lang)
{
  g_autofree char *what = things_words(removed, lang);

  if (lang == LANG_EN)
    g_string_append_printf(out, "Active content removed from %s: %s. ", name, what);
  else if (lang == LANG_ZH_HANT)
    g_string_append_printf(out, "已從 %s 移除動態內容：%s。", name, what);
  else
    g_string_append_printf(out, "已从 %s 移除动态内容：%s。", name, what);
}

static void
append_links(GString *out, const char *name, const GPtrArray *hosts, unsigned lang)
{
  static const char *const its[LANGS] = {"Links in it disabled: ", "已停用其中的連結：",
                                         "已停用其中的链接："};
  g_autofree char *words = hosts_words(hosts, lang);

  if (out->len > 0)
    g_string_append_printf(out, "%s%s%s", its[lang], words, stop_word(lang));
  else if (lang == LANG_EN)
    g_string_append_printf(out, "Links disabled in %s: %s. ", name, words);
  else if (lang == LANG_ZH_HANT)
    g_string_append_printf(out, "已停用 %s 的連結：%s。", name, words);
  else
    g_string_append_printf(out, "已停用 %s 的链接：%s。", name, words);
}

char *
cleaned_words(const Cleaned *cleaned, unsigned lang)
{
  static const char *const unnamed[LANGS] = {"a file", "一個檔案", "一个文件"};
  static const char *const rest[LANGS] = {"The rest of the file is as it was.",
                                          "檔案其餘內容不變。", "文件其余内容不变。"};
  static const char *const broken[LANGS] = {" Its own digital signature is no longer valid.",
                                            "其數碼簽署不再有效。", "其数字签名不再有效。"};
  static const char *const untagged[LANGS] = {
      " Its tags for screen readers, too many to be checked, have been left out.",
      "供螢幕閱讀器使用的標籤過多，無法檢查，未予保留。",
      "供屏幕阅读器使用的标签过多，无法检查，未予保留。"};
  const char *name = *cleaned->name ? cleaned->name : unnamed[lang];
  GString *out = g_string_new(NULL);

  if ((cleaned->removed & ~TRAIT(SIGNED)) || cleaned->hosts->len == 0)
    append_active(out, name, cleaned->removed, lang);
  if (cleaned->hosts->len > 0)
    append_links(out, name, cleaned->hosts, lang);
  g_string_append(out, rest[lang]);
  if (cleaned->removed & TRAIT(SIGNED))
    g_string_append(out, broken[lang]);
  if (cleaned->tags)
    g_string_append(out, untagged[lang]);
  return g_string_free(out, FALSE);
}
