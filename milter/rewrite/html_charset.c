/* html_charset.c - a page that became UTF-8 must not say otherwise. */
#include "rewriter.h"

#include <string.h>

#include "html.h"

static const HtmlAttribute *
attribute_named(const HtmlToken *token, const char *name)
{
  for (unsigned i = 0; i < token->nattributes; i++)
    if (strcmp(token->attributes[i].name, name) == 0)
      return &token->attributes[i];
  return NULL;
}

static void
set_value(Edits *edits, const HtmlAttribute *attribute, const char *value)
{
  gboolean quote = attribute->quote == HTML_UNQUOTED;
  g_autofree char *with = g_strconcat(quote ? "\"" : "", value, quote ? "\"" : "", NULL);
  edits_add_string(edits, attribute->value_span, with);
}

static void
meta_utf8(const HtmlToken *token, Edits *edits)
{
  const HtmlAttribute *charset = attribute_named(token, "charset");
  const HtmlAttribute *content = attribute_named(token, "content");
  const HtmlAttribute *equiv = attribute_named(token, "http-equiv");
  gboolean type = equiv != NULL && equiv->value_len == strlen("content-type") &&
                  g_ascii_strncasecmp(equiv->value, "content-type", equiv->value_len) == 0;
  if (charset != NULL && charset->value_span.len > 0)
    set_value(edits, charset, "utf-8");
  if (type && content != NULL && content->value_span.len > 0)
    set_value(edits, content, "text/html; charset=utf-8");
}

void
html_meta_utf8(const unsigned char *utf8, size_t len, Edits *edits)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new(utf8, len);
  const HtmlToken *token;
  do {
    token = html_tokenizer_next(tokenizer);
    if (token->type == HTML_START_TAG && strcmp(token->name, "meta") == 0)
      meta_utf8(token, edits);
  } while (token->type != HTML_EOF);
}
