#include "plain.h"

#include <string.h>

#include "html.h"

/* Characters of a line's address that are shown. */
#define ADDRESS_MAX 200

typedef struct plain {
  GString *out;
  char *address;  /* of the anchor that is open, or NULL */
  gboolean blank; /* one is due before the next text */
} Plain;

static gboolean
is_block(const char *name)
{
  static const char *const names[] = {
      "address", "blockquote", "body",  "br",    "center", "dd", "div",  "dl",    "dt", "form",
      "h1",      "h2",         "h3",    "h4",    "h5",     "h6", "head", "hr",    "li", "ol",
      "p",       "pre",        "table", "tbody", "td",     "th", "tr",   "title", "ul", NULL};
  return g_strv_contains(names, name);
}

static void
end_line(Plain *plain)
{
  if (plain->out->len > 0 && plain->out->str[plain->out->len - 1] != '\n')
    g_string_append_c(plain->out, '\n');
  plain->blank = FALSE;
}

static void
add_text(Plain *plain, const char *data, size_t len)
{
  for (size_t i = 0; i < len; i++) {
    gboolean at_start = plain->out->len == 0 || plain->out->str[plain->out->len - 1] == '\n';

    if (g_ascii_isspace(data[i])) {
      plain->blank = !at_start;
      continue;
    }
    if (plain->blank)
      g_string_append_c(plain->out, ' ');
    plain->blank = FALSE;
    g_string_append_c(plain->out, data[i]);
  }
}

/* New string; NULL without one. */
static char *
attribute(const HtmlToken *token, const char *name)
{
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *one = &token->attributes[i];

    if (strcmp(one->name, name) == 0 && one->value_len > 0)
      return g_strndup(one->value, one->value_len);
  }
  return NULL;
}

/* Where the anchor leads, behind its text. */
static void
end_anchor(Plain *plain)
{
  if (plain->address == NULL)
    return;
  plain->blank = TRUE;
  add_text(plain, "[", 1);
  add_text(plain, plain->address, MIN(strlen(plain->address), ADDRESS_MAX));
  add_text(plain, "]", 1);
  g_clear_pointer(&plain->address, g_free);
}

static void
add_tag(Plain *plain, const HtmlToken *token)
{
  if (is_block(token->name))
    end_line(plain);
  if (strcmp(token->name, "a") != 0)
    return;
  end_anchor(plain);
  if (token->type == HTML_START_TAG)
    plain->address = attribute(token, "href");
}

char *
plain_from_html(const char *utf8, size_t len)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new((const unsigned char *)utf8, len);
  Plain plain = {.out = g_string_new(NULL)};
  const HtmlToken *token;
  gboolean unseen = FALSE; /* inside a style sheet or a script */

  while ((token = html_tokenizer_next(tokenizer))->type != HTML_EOF) {
    if (token->type == HTML_TEXT && !unseen)
      add_text(&plain, token->data, token->data_len);
    if (token->type != HTML_START_TAG && token->type != HTML_END_TAG)
      continue;
    unseen = token->type == HTML_START_TAG &&
             (strcmp(token->name, "style") == 0 || strcmp(token->name, "script") == 0);
    add_tag(&plain, token);
  }
  end_anchor(&plain);
  return g_string_free(plain.out, FALSE);
}
