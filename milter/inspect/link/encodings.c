/* encodings.c - the ways in which addresses are packed into addresses. */
#include "encodings.h"

#include <string.h>

char *
percent_decode(const char *text, size_t len)
{
  GString *out = g_string_sized_new(len);

  for (size_t i = 0; i < len; i++) {
    int high = text[i] == '%' && i + 2 < len ? g_ascii_xdigit_value(text[i + 1]) : -1;
    int low = high >= 0 ? g_ascii_xdigit_value(text[i + 2]) : -1;

    g_string_append_c(out, low >= 0 ? (char)(high << 4 | low) : text[i]);
    i += low >= 0 ? 2 : 0;
  }
  return g_string_free(out, FALSE);
}

static int
sextet(char c)
{
  if (g_ascii_isupper(c))
    return c - 'A';
  if (g_ascii_islower(c))
    return c - 'a' + 26;
  if (g_ascii_isdigit(c))
    return c - '0' + 52;
  if (c == '+' || c == '-')
    return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

/* As many bytes as there are; NULL where a byte is none of the alphabet. */
static GString *
base64_bytes(const char *text, size_t len)
{
  GString *out = g_string_sized_new(len);
  unsigned bits = 0, count = 0;

  while (len > 0 && text[len - 1] == '=')
    len--;
  for (size_t i = 0; i < len; i++) {
    int value = sextet(text[i]);

    if (value < 0) {
      g_string_free(out, TRUE);
      return NULL;
    }
    bits = (bits << 6 | (unsigned)value) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      g_string_append_c(out, (char)(bits >> count & 0xff));
    }
  }
  return out;
}

char *
address_from_base64(const char *text, size_t len)
{
  GString *out = base64_bytes(text, len);

  return out != NULL ? g_string_free(out, FALSE) : NULL;
}

char *
address_from_hex(const char *text, size_t len)
{
  g_autoptr(GString) out = g_string_sized_new(len / 2 + 1);

  if (len % 2 != 0)
    return NULL;
  for (size_t i = 0; i < len; i += 2) {
    int high = g_ascii_xdigit_value(text[i]), low = g_ascii_xdigit_value(text[i + 1]);

    if (high < 0 || low < 0)
      return NULL;
    g_string_append_c(out, (char)(high << 4 | low));
  }
  return g_strdup(out->str);
}

char *
address_from_proofpoint2(const char *text, size_t len)
{
  g_autofree char *copy = g_strndup(text, len);

  for (char *p = copy; *p != '\0'; p++)
    *p = *p == '-' ? '%' : *p == '_' ? '/' : *p;
  return percent_decode(copy, strlen(copy));
}

/* Takes n of the packed bytes; those that are missing were cut off. */
static void
append_packed(GString *out, const GString *packed, size_t *used, size_t n)
{
  n = MIN(n, packed->len - *used);
  g_string_append_len(out, packed->str + *used, (gssize)n);
  *used += n;
}

/* '*' stands for one byte, "**X" for as many as the place of X in A-Z a-z 0-9 - _ says, and two. */
static char *
unpack_runs(const char *text, size_t len, const GString *packed)
{
  GString *out = g_string_sized_new(len);
  size_t used = 0;

  for (size_t i = 0; i < len; i++) {
    gboolean run = text[i] == '*' && i + 2 < len && text[i + 1] == '*' && sextet(text[i + 2]) >= 0;

    if (run)
      append_packed(out, packed, &used, (size_t)sextet(text[i + 2]) + 2);
    else if (text[i] == '*')
      append_packed(out, packed, &used, 1);
    else
      g_string_append_c(out, text[i]);
    i += run ? 2 : 0;
  }
  return g_string_free(out, FALSE);
}

char *
address_from_proofpoint3(const char *text, size_t len)
{
  g_autofree char *copy = g_strndup(text, len);
  char *start = strstr(copy, "__"), *end;
  GString *packed;
  char *address;

  if (start == NULL)
    return NULL;
  start += 2;
  end = g_strrstr(start, "__;");
  if (end == NULL)
    end = g_strrstr(start, "__");
  if (end == NULL)
    return g_strdup(start);
  packed = g_str_has_prefix(end, "__;") ? base64_bytes(end + 3, strcspn(end + 3, "!")) : NULL;
  if (packed == NULL)
    packed = g_string_new(NULL);
  address = unpack_runs(start, (size_t)(end - start), packed);
  g_string_free(packed, TRUE);
  return address;
}

char *
host_from_label(const char *label, size_t len)
{
  GString *host = g_string_sized_new(len);

  for (size_t i = 0; i < len; i++) {
    gboolean twice = label[i] == '-' && i + 1 < len && label[i + 1] == '-';

    g_string_append_c(host, label[i] == '-' && !twice ? '.' : label[i]);
    i += twice ? 1 : 0;
  }
  return g_string_free(host, FALSE);
}
