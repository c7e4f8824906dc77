/* Fuzzing of transfer decoders and charsets. The first two bytes choose the encoding and the label;
 * the rest is the content. Built with clang's -fsanitize=fuzzer; without it (-DFUZZ_STANDALONE) it
 * runs the files that it is given. What must hold of any bytes aborts if it does not. */
#include <stdint.h>
#include <string.h>

#include "cms.h"
#include "decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const labels[] = {
    "utf-8",    "us-ascii", "big5",        "gb18030",      "gb2312",         "shift_jis", "euc-jp",
    "euc-kr",   "euc-tw",   "iso-2022-jp", "iso-2022-kr",  "hz-gb-2312",     "utf-7",     "utf-16",
    "utf-16be", "utf-32",   "koi8-u",      "windows-1258", "x-user-defined", "nonsense",  NULL,
};

/* Ranges lie within the source, in order. */
static void
check_map(const TextMap *map, size_t to_len, size_t from_len)
{
  size_t from = 0;
  for (size_t i = 0; i < to_len; i++) {
    const Range r = text_map_range(map, range_make(i, 1));
    g_assert(r.len > 0 && r.off >= from && range_end(r) <= from_len);
    from = r.off;
  }
}

static void
check_text(GBytes *content, const char *label)
{
  size_t len;
  g_autoptr(Text) text = text_decode(content, label);
  const char *utf8 = g_bytes_get_data(text->utf8, &len);
  g_assert(len == 0 || g_utf8_validate_len(utf8, len, NULL));
  g_assert(charset_from_label(text->charset, strlen(text->charset)) == text->charset);
  check_map(text->map, len, g_bytes_get_size(content));
  g_autoptr(GBytes) encoded = len == 0 ? NULL : text_encode(utf8, len, text->charset);
  if (encoded == NULL || strncmp(text->charset, "utf-", 4) == 0)
    return;
  /* What can be encoded comes back, unless it looks like something else on its own. */
  g_autoptr(Text) again = text_decode(encoded, text->charset);
  g_assert(again->charset != text->charset || g_bytes_equal(again->utf8, text->utf8));
}

static void
check_round_trip(GBytes *content, Encoding encoding, const char *eol)
{
  unsigned flags;
  g_autoptr(GBytes) encoded =
      content_encode(g_bytes_get_data(content, NULL), g_bytes_get_size(content), encoding, eol);
  g_autoptr(GBytes) back = content_decode(encoded, encoding, NULL, &flags);
  g_assert(flags == 0 && g_bytes_equal(back, content));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (size < 2)
    return 0;
  const Encoding encoding = data[0] % (ENCODING_UNKNOWN + 1);
  const char *label = labels[data[1] % G_N_ELEMENTS(labels)];
  g_autoptr(GBytes) in = g_bytes_new(data + 2, size - 2);
  g_autoptr(TextMap) map = NULL;
  unsigned flags;
  g_autoptr(GBytes) content = content_decode(in, encoding, &map, &flags);
  if (map != NULL)
    check_map(map, g_bytes_get_size(content), size - 2);
  check_text(content, label);
  check_round_trip(in, ENCODING_QP, "\r\n");
  check_round_trip(in, ENCODING_BASE64, "\n");
  g_autofree char *meta = charset_from_meta(data + 2, size - 2);
  g_assert(meta == NULL || charset_from_label(meta, strlen(meta)) != NULL);
  g_autoptr(GBytes) signed_content = cms_content(data, size);
  return 0;
}

#ifdef FUZZ_STANDALONE
int
main(int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    g_autofree char *bytes = NULL;
    gsize len;
    if (!g_file_get_contents(argv[i], &bytes, &len, NULL))
      return 1;
    (void)LLVMFuzzerTestOneInput((const uint8_t *)bytes, len);
  }
  return 0;
}
#endif
