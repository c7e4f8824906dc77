/* html_doubt.c - which parse errors matter. Most do not: nearly every page has some, and all
 * readers mend them alike. Those here have been used to show one page to a filter and another to a
 * reader (THREATS L-027 to L-031). */
#include "html_doubt.h"

#include <string.h>

#include "html_private.h"

static const char *const raw_names[] = {"style",    "title",     "textarea", "noscript", "xmp",
                                        "iframe",   "noembed",   "noframes", "script",   "select",
                                        "template", "plaintext", NULL};

static const char *const addresses[] = {"href", "src", "action", "formaction", "data", NULL};

static gboolean
holds(const HtmlTokenizer *t, Range range, const char *text)
{
  return memmem(t->src + range.off, range.len, text, strlen(text)) != NULL;
}

/* An end tag that, where raw text is read in another way, ends it inside of this value. */
static gboolean
holds_raw_end(const HtmlTokenizer *t, Range value)
{
  const unsigned char *p = t->src + value.off, *end = p + value.len;

  for (; (p = memmem(p, (size_t)(end - p), "</", 2)) != NULL; p += 2)
    for (unsigned i = 0; raw_names[i]; i++) {
      size_t n = strlen(raw_names[i]);

      if ((size_t)(end - p) >= n + 2 &&
          g_ascii_strncasecmp((const char *)p + 2, raw_names[i], n) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The first one of that name says something else. */
static gboolean
differs(const HtmlToken *token, const HtmlAttribute *a)
{
  for (unsigned i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *first = &token->attributes[i];

    if (strcmp(first->name, a->name) == 0)
      return first->value_len != a->value_len || memcmp(first->value, a->value, a->value_len) != 0;
  }
  return FALSE;
}

static const char *
doubt_attribute(const HtmlTokenizer *t, const HtmlToken *token, const HtmlAttribute *a)
{
  if (holds(t, a->name_span, "<") || memchr(t->src + a->name_span.off, 0, a->name_span.len))
    return "a '<' or NUL in a tag";
  if (a->quote == HTML_UNQUOTED && (a->markup || holds(t, a->value_span, "`")))
    return "a '<' or '`' in a value without quotes";
  if (a->markup && (holds_raw_end(t, a->value_span) || holds(t, a->value_span, "-->")))
    return "the end of raw text in a value";
  if (a->duplicate && html_name_in(addresses, a->name) && differs(token, a))
    return "two addresses in one attribute";
  return NULL;
}

/* Without '<', and without U+FFFD, which a NUL becomes. */
static gboolean
is_sound_name(const char *name)
{
  while (*name && *name != '<' && *name != '\357')
    name++;
  return !*name || (*name != '<' && !strchr(name, '<') && !strstr(name, "\357\277\275"));
}

static const char *
doubt_tag(const HtmlTokenizer *t, const HtmlToken *token)
{
  if (!is_sound_name(token->name))
    return "a '<' or NUL in a tag";
  for (unsigned i = 0; i < token->nattributes; i++) {
    const char *doubt = doubt_attribute(t, token, &token->attributes[i]);

    if (doubt)
      return doubt;
  }
  return NULL;
}

static const char *
doubt_comment(const HtmlTokenizer *t, const HtmlToken *token)
{
  size_t end = range_end(token->span);
  gboolean markup = holds(t, token->data_span, "<");

  if (token->open)
    return markup ? "a comment that nothing ends" : NULL;
  if (token->span.len >= 4 && memcmp(t->src + end - 4, "--!>", 4) == 0)
    return "a comment that ends in --!>";
  if (token->span.len >= 4 && token->span.len <= 6 &&
      memcmp(t->src + token->span.off, "<!--", 4) == 0)
    return "a comment that ends at once";
  if (holds(t, token->span, "<![CDATA[") && markup)
    return "a CDATA section that is none";
  return NULL;
}

/* Elements whose content is raw text for some and markup for others, by where they stand. */
static const char *
doubt_place(const HtmlToken *token, gboolean foreign, unsigned selects)
{
  if (token->type == HTML_TEXT && token->cdata && memchr(token->data, '<', token->data_len))
    return "markup in a CDATA section";
  if (token->type != HTML_START_TAG || !html_name_in(raw_names, token->name))
    return NULL;
  if (strcmp(token->name, "plaintext") == 0)
    return "plaintext";
  if (foreign && strcmp(token->name, "title") != 0)
    return "raw text in svg or math";
  return selects > 0 && strcmp(token->name, "select") != 0 ? "raw text in a list box" : NULL;
}

static const char *
doubt_token(const HtmlTokenizer *t, const HtmlToken *token)
{
  switch (token->type) {
  case HTML_START_TAG:
  case HTML_END_TAG:
    return doubt_tag(t, token);
  case HTML_COMMENT:
    return doubt_comment(t, token);
  case HTML_TEXT:
    return token->raw && token->open ? "raw text that nothing ends" : NULL;
  case HTML_EOF:
    return token->name && (token->raw || token->nattributes > 0) ? "a tag that nothing ends" : NULL;
  case HTML_DOCTYPE:
    break;
  }
  return NULL;
}

void
html_doubt_token(HtmlDoubt *d, const HtmlTokenizer *t, const HtmlToken *token)
{
  if (d->why)
    return;
  d->why = doubt_token(t, token);
  d->why = d->why ? d->why : doubt_place(token, d->foreign, d->selects);
  d->at = token->span.off;
  d->foreign = html_foreign_now(&t->foreign);
  if (token->type == HTML_START_TAG && html_name_is(token->name, "select"))
    d->selects = 1;
  else if (token->type == HTML_END_TAG && html_name_is(token->name, "select"))
    d->selects = 0;
}
