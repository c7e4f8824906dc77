/* scanner.c - libmagic, libclamav and the engine beside it, from the start of a worker on, and what
 * is left of the limits of one message. */
#include "scanner.h"

#include <magic.h>
#include <string.h>

#include "../content.h"
#include "bounds.h"
#include "error.h"
#include "opened.h"

/* libmagic's guesses about text cost ten times the rest and tell nothing that rules need;
 * compound files we know better. MAGIC_COMPRESS would start programs: never. */
#define MAGIC_FLAGS                                                                                \
  (MAGIC_MIME_TYPE | MAGIC_NO_CHECK_TEXT | MAGIC_NO_CHECK_ENCODING | MAGIC_NO_CHECK_TOKENS |       \
   MAGIC_NO_CHECK_CSV | MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_APPTYPE |   \
   MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_ELF)

/* Bytes of the head that libmagic is shown: its tests for far offsets (ISO 9660 at 0x8001) are in
 * our own table. (Its own limit does not hold for what is in memory.) */
#define MAGIC_BYTES KIB(16)

static int
magic_start(FileScanner *scanner, GError **error)
{
  scanner->magic = magic_open(MAGIC_FLAGS);
  if (!scanner->magic || magic_load(scanner->magic, NULL) != 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "libmagic: %s",
                scanner->magic ? magic_error(scanner->magic) : "cannot be started");
    return -1;
  }
  return 0;
}

FileScanner *
file_scanner_new(const FileScannerOptions *options, GError **error)
{
  g_autoptr(FileScanner) scanner = g_new0(FileScanner, 1);

  if (magic_start(scanner, error) != 0)
    return NULL;
  if (options->unpack) {
    scanner->unpacker = unpacker_new(options->signatures, options->scratch, error);
    if (!scanner->unpacker)
      return NULL;
  }
  scanner->engine = engine_new();
  file_scanner_begin(scanner);
  return g_steal_pointer(&scanner);
}

void
file_scanner_begin(FileScanner *scanner)
{
  unpack_budget_init(&scanner->budget);
  qr_search_clear(&scanner->codes);
}

void
file_scanner_free(FileScanner *scanner)
{
  if (!scanner)
    return;
  if (scanner->magic)
    magic_close(scanner->magic);
  unpacker_free(scanner->unpacker);
  qr_search_clear(&scanner->codes);
  engine_free(scanner->engine);
  g_free(scanner);
}

void
file_scanner_set_engine(FileScanner *scanner, FileEngine engine, void *data)
{
  engine_set(scanner->engine, engine, data);
}

void
file_scanner_forget(FileScanner *scanner)
{
  engine_forget(scanner->engine);
}

const char *
file_scanner_failure(const FileScanner *scanner)
{
  return engine_failure(scanner->engine);
}

/* A child has its own copy of the cookie, and the database is mapped read-only: nothing to open
 * again, which a jailed worker could not. */
int
file_scanner_after_fork(FileScanner *scanner, const char *scratch, GError **error)
{
  return scanner->unpacker ? unpacker_move(scanner->unpacker, scratch, error) : 0;
}

unsigned
file_scanner_signatures(const FileScanner *scanner)
{
  return scanner->unpacker ? unpacker_signatures(scanner->unpacker) : 0;
}

const char *
file_content_type(FileScanner *scanner, const unsigned char *bytes, size_t len)
{
  const char *type = signature_type(bytes, len);

  if (type)
    return type;
  type = magic_buffer(scanner->magic, bytes, MIN(len, MAGIC_BYTES));
  if (type && strcmp(type, "application/octet-stream") != 0 && strcmp(type, "text/plain") != 0)
    return type;
  if (yenc_is(bytes, len))
    return "application/x-yenc";
  if (uuencode_is(bytes, len))
    return "application/x-uuencode";
  return signature_is_text(bytes, len) ? "text/plain" : "";
}
