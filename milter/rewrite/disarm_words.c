/* disarm_words.c - what the reader of a disarmed file is told. */
#include "marks.h"

#include <string.h>

#include "deaden.h"
#include "finding.h"

#define NAME_SHOWN 120

typedef struct thing {
  guint64 traits;
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
    {TRAIT(PDF_LAUNCH) | TRAIT(PDF_ACTION) | TRAIT(PDF_OPEN_ACTION), {"actions", "動作", "动作"}},
    {TRAIT(PDF_MEDIA), {"embedded media", "嵌入的媒體", "嵌入的媒体"}},
    {TRAIT(XFA), {"dynamic forms", "動態表格", "动态表单"}},
    {TRAIT(EMBEDDED_FILE), {"embedded files", "嵌入的檔案", "嵌入的文件"}},
};

static const Thing others = {
    0, {"other content that can act by itself", "其他可自行執行的內容", "其他可自行执行的内容"}};

Cleaned *
cleaned_new(const char *name, guint64 removed)
{
  Cleaned *cleaned = g_new0(Cleaned, 1);
  g_autofree char *clean = name_clean(name, NAME_SHOWN);

  cleaned->name = deaden(clean, -1);
  cleaned->removed = removed;
  return cleaned;
}

Cleaned *
cleaned_copy(const Cleaned *cleaned)
{
  Cleaned *copy = g_new0(Cleaned, 1);

  copy->name = g_strdup(cleaned->name);
  copy->removed = cleaned->removed;
  return copy;
}

void
cleaned_free(Cleaned *cleaned)
{
  if (!cleaned)
    return;
  g_free(cleaned->name);
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
things_words(guint64 removed, unsigned lang)
{
  GString *out = g_string_new(NULL);

  for (size_t i = 0; i < G_N_ELEMENTS(things); i++)
    if (removed & things[i].traits)
      append_thing(out, &things[i], lang);
  if (out->len == 0)
    append_thing(out, &others, lang);
  return g_string_free(out, FALSE);
}

char *
cleaned_words(const Cleaned *cleaned, unsigned lang)
{
  static const char *const unnamed[LANGS] = {"a file", "一個檔案", "一个文件"};
  static const char *const broken[LANGS] = {" Its own digital signature is no longer valid.",
                                            "其數碼簽署不再有效。", "其数字签名不再有效。"};
  const char *name = *cleaned->name ? cleaned->name : unnamed[lang];
  const char *tail = cleaned->removed & TRAIT(SIGNED) ? broken[lang] : "";
  g_autofree char *what = things_words(cleaned->removed, lang);

  switch (lang) {
  case LANG_EN:
    return g_strdup_printf(
        "Active content removed from %s: %s. The rest of the file is as it was.%s", name, what,
        tail);
  case LANG_ZH_HANT:
    return g_strdup_printf("已從 %s 移除動態內容：%s。檔案其餘內容不變。%s", name, what, tail);
  default:
    return g_strdup_printf("已从 %s 移除动态内容：%s。文件其余内容不变。%s", name, what, tail);
  }
}
