/* scanner.h - the scanner of files that a test program has from its first test to its last. */
#ifndef CORDON_TEST_SCANNER_H
#define CORDON_TEST_SCANNER_H

#include "file.h"

static FileScanner *scanner;

static inline int
scanner_start(void **state)
{
  const FileScannerOptions options = {NULL, g_get_tmp_dir(), TRUE};

  scanner = file_scanner_new(&options, NULL);
  return scanner ? 0 : -1;
}

static inline int
scanner_stop(void **state)
{
  file_scanner_free(scanner);
  return 0;
}

#endif
