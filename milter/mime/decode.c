/* decode.c - which transfer encoding it is, and who undoes it. */
#include "decode.h"

#include <string.h>

#include "codec.h"

static const struct {
  const char *token;
  Encoding encoding;
} tokens[] = {
    {"", ENCODING_NONE},         {"7bit", ENCODING_NONE},     {"8bit", ENCODING_NONE},
    {"binary", ENCODING_NONE},   {"base64", ENCODING_BASE64}, {"quoted-printable", ENCODING_QP},
    {"x-uuencode", ENCODING_UU}, {"uuencode", ENCODING_UU},   {"x-uue", ENCODING_UU},
    {"uue", ENCODING_UU},
};

static gboolean
is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

Encoding
encoding_from_token(const char *token, size_t len)
{
  while (len > 0 && is_blank(token[len - 1]))
    len--;
  while (len > 0 && is_blank(*token))
    token++, len--;
  for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++)
    if (strlen(tokens[i].token) == len && g_ascii_strncasecmp(tokens[i].token, token, len) == 0)
      return tokens[i].encoding;
  return ENCODING_UNKNOWN;
}

const char *
encoding_name(Encoding encoding)
{
  switch (encoding) {
  case ENCODING_NONE:
    return "none";
  case ENCODING_QP:
    return "quoted-printable";
  case ENCODING_BASE64:
    return "base64";
  case ENCODING_UU:
    return "x-uuencode";
  case ENCODING_UNKNOWN:
    break;
  }
  return "unknown";
}

static GBytes *
decode_qp_bytes(GBytes *encoded, TextMap **map, unsigned *flags)
{
  size_t len;
  const unsigned char *in = g_bytes_get_data(encoded, &len);
  if (map != NULL)
    *map = text_map_new();
  return qp_decode(in, len, map == NULL ? NULL : *map, flags);
}

static GBytes *
decode_uu_bytes(GBytes *encoded, unsigned *flags)
{
  size_t len;
  const unsigned char *in = g_bytes_get_data(encoded, &len);
  GBytes *files = uu_decode(in, len, flags);
  return files != NULL ? files : g_bytes_ref(encoded);
}

static GBytes *
decode_base64_bytes(GBytes *encoded, unsigned *flags)
{
  size_t len;
  const unsigned char *in = g_bytes_get_data(encoded, &len);
  return base64_decode(in, len, flags);
}

GBytes *
content_decode(GBytes *encoded, Encoding encoding, TextMap **map, unsigned *flags)
{
  unsigned ignored = 0;
  if (flags == NULL)
    flags = &ignored;
  *flags = 0;
  if (map != NULL)
    *map = NULL;

  if (g_bytes_get_size(encoded) == 0)
    encoding = ENCODING_NONE;
  switch (encoding) {
  case ENCODING_QP:
    return decode_qp_bytes(encoded, map, flags);
  case ENCODING_BASE64:
    return decode_base64_bytes(encoded, flags);
  case ENCODING_UU:
    return decode_uu_bytes(encoded, flags);
  case ENCODING_NONE:
  case ENCODING_UNKNOWN:
    break;
  }
  if (map != NULL)
    *map = text_map_identity(g_bytes_get_size(encoded));
  return g_bytes_ref(encoded);
}

GBytes *
content_encode(const unsigned char *data, size_t len, Encoding encoding, const char *eol)
{
  switch (encoding) {
  case ENCODING_NONE:
    return g_bytes_new(data, len);
  case ENCODING_QP:
    return qp_encode(data, len, eol);
  case ENCODING_BASE64:
    return base64_encode(data, len, eol);
  case ENCODING_UU:
  case ENCODING_UNKNOWN:
    break;
  }
  return NULL;
}
