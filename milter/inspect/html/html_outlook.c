/* html_outlook.c - conditional comments that Outlook shows, such as the drawn buttons of
 * newsletters:
 * <!--[if mso]><v:roundrect href="...">...</v:roundrect><![endif]-->. Where Outlook's reader sees
 * a link, a mark can stand too: behind the link's element, still in the comment. */
#include <string.h>

#include "html_scan.h"

/* Bytes of a button in which its end tag is looked for. */
#define ELEMENT_MAX 4096

/* "[if mso]", "[if gte mso 9]", "[if vml]"; not "[if !mso]". */
static gboolean
is_for_outlook(const HtmlToken *token)
{
  const char *end = token->data_len > 3 && g_ascii_strncasecmp(token->data, "[if", 3) == 0
                        ? memchr(token->data, ']', MIN(token->data_len, 80))
                        : NULL;
  g_autofree char *test = end ? g_ascii_strdown(token->data, end - token->data) : g_strdup("");

  return strchr(test, '!') == NULL && (strstr(test, "mso") || strstr(test, "vml"));
}

/* Behind the end tag of the element that the tag begins; 0 if there is none near. */
static size_t
element_end(const HtmlScan *s, Range tag, size_t end)
{
  const char *src = (const char *)s->src, *name = src + tag.off + 1, *p = src + range_end(tag);
  const char *last = src + MIN(end, range_end(tag) + ELEMENT_MAX);
  size_t n = 0;

  while (n < tag.len && (g_ascii_isalnum(name[n]) || name[n] == ':'))
    n++;
  for (; p < last && (p = memmem(p, (size_t)(last - p), "</", 2)) != NULL; p += 2) {
    const char *close = memchr(p, '>', (size_t)(last - p));

    if (close && (size_t)(close - p) >= n + 2 && g_ascii_strncasecmp(p + 2, name, n) == 0 &&
        !g_ascii_isalnum(p[n + 2]) && p[n + 2] != ':')
      return (size_t)(close + 1 - src);
  }
  return 0;
}

void
html_outlook_marks(HtmlScan *s, unsigned first, const HtmlToken *token)
{
  if (s->hidden || !is_for_outlook(token))
    return;
  for (unsigned i = first; i < s->links->len; i++) {
    Link *link = &g_array_index(s->links, Link, i);
    gboolean element = link->use == LINK_FOLLOW && link->tag.len > 0 && link->attribute.len > 0;
    size_t mark = element ? element_end(s, link->tag, range_end(token->data_span)) : 0;

    if (mark == 0)
      continue;
    link->flags |= LINK_OUTLOOK;
    link->mark = mark;
  }
}
