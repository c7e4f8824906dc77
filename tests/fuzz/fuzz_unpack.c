/* One attachment through file_inspect: the first byte picks a name, the rest is the content.
 *   clang -fsanitize=fuzzer,address … fuzz_unpack.c; -max_len=65536 -detect_leaks=0 (the scanner
 * lives as long as the process), seeds: any small documents behind a byte below 7.
 * FUZZ_SCRATCH=folder on a tmpfs; FUZZ_NO_UNPACK=1 for our own parsers alone, 20 times as fast. */
#include <stdint.h>
#include <stdlib.h>

#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static FileScanner *scanner;
  static const char *const known[] = {"a.zip", "a.pdf", "a.docx", "a.doc", "a.gz", "a.rtf", "a"};
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GBytes) content = NULL;
  FileScannerOptions options = {NULL, g_getenv("FUZZ_SCRATCH"), g_getenv("FUZZ_NO_UNPACK") == NULL};

  if (!scanner && !(scanner = file_scanner_new(&options, NULL)))
    abort();
  if (size < 1)
    return 0;
  /* Names are fuzzed too: those above the known ones come from the bytes themselves. */
  if (data[0] < G_N_ELEMENTS(known))
    g_ptr_array_add(names, g_strdup(known[data[0]]));
  else
    g_ptr_array_add(names, g_strndup((const char *)data + 1, MIN(size - 1, data[0])));
  content = g_bytes_new(data + 1, size - 1);
  file_inspect(scanner, content, names, "application/pdf", 0, findings);
  if (findings->len == 0 || ((Finding *)g_ptr_array_index(findings, 0))->inner)
    abort();
  return 0;
}
