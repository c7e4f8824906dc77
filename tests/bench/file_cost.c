/* file-cost SIGNATURES SCRATCH FILE...: looks at every file as an attachment (file_inspect), in a
 * function of its own name so that callgrind can count that alone (--toggle-collect=measure).
 * SIGNATURES is a folder of ClamAV signatures, or "" for none. Prints the findings of each. */
#include "file.h"

#include "../inspect/traits.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

void measure(FileScanner *scanner, GBytes *content, const GPtrArray *names, GPtrArray *findings);

__attribute__((noinline)) void
measure(FileScanner *scanner, GBytes *content, const GPtrArray *names, GPtrArray *findings)
{
  file_inspect(scanner, content, names, "application/octet-stream", 0, findings);
}

static int
inspect(FileScanner *scanner, const char *path)
{
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GBytes) content = NULL;
  char *data;
  size_t len;

  if (!g_file_get_contents(path, &data, &len, NULL))
    return EX_NOINPUT;
  content = g_bytes_new_take(data, len);
  g_ptr_array_add(names, g_path_get_basename(path));
  measure(scanner, content, names, findings);
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);
    g_autofree char *traits = traits_text(finding->traits);

    printf("%s: %s %s %s\n", finding->path, finding->content_type, traits,
           finding->malware ? finding->malware : "");
  }
  return EX_OK;
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FileScanner) scanner = NULL;
  FileScannerOptions options = {.unpack = TRUE};
  int status = EX_OK;

  if (argc < 4) {
    fprintf(stderr, "Usage: file-cost SIGNATURES SCRATCH FILE...\n");
    return EX_USAGE;
  }
  options.signatures = argv[1];
  options.scratch = argv[2];
  scanner = file_scanner_new(&options, &error);
  if (scanner == NULL) {
    fprintf(stderr, "%s\n", error->message);
    return EX_CONFIG;
  }
  for (int i = 3; i < argc && status == EX_OK; i++)
    status = inspect(scanner, argv[i]);
  return status;
}
