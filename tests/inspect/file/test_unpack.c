/* What is inside: inner files, encryption, limits, damage, malware. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "../scanner.h"
#include "../traits.h"
#include "../zipfile.h"
#include "bounds.h"
#include "error.h"
#include "file.h"

#define BYTES(text) text, sizeof(text) - 1

/* Longer than the five bytes that libclamav passes over. */
static const char words[] = "minutes of the meeting on Monday, with all that was said there\n";
static const char program[] = "MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0 not a real program";

/* Each finding on a line: path [type] traits malware. */
static char *
findings_text(const GPtrArray *findings)
{
  GString *out = g_string_new(NULL);

  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);
    g_autofree char *traits = traits_text(finding->traits);

    g_string_append_printf(out, "%s[%s]", finding->path, finding->content_type);
    g_string_append_printf(out, "%s%s", *traits ? " " : "", traits);
    if (finding->malware)
      g_string_append_printf(out, " MALWARE %s", finding->malware);
    g_string_append(out, "\n");
    assert_int_equal(finding->inner, i != 0);
  }
  return g_string_free(out, FALSE);
}

static char *
inspect_text(FileScanner *with, const void *bytes, size_t len, const char *name)
{
  g_autoptr(GBytes) content = g_bytes_new(bytes, len);
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  g_ptr_array_add(names, (char *)name);
  file_inspect(with, content, names, "", 0, findings);
  return findings_text(findings);
}

static void
check(const char *label, const void *bytes, size_t len, const char *name, const char *want)
{
  g_autofree char *got = inspect_text(scanner, bytes, len, name);

  if (strcmp(got, want) != 0)
    fail_msg("%s: got\n%swant\n%s", label, got, want);
}

/* --- archives --- */

static void
test_inner(void **state)
{
  ZipEntry entries[] = {{"docs/plans.txt", words, sizeof(words) - 1, 0},
                        {"setup.exe", program, sizeof(program) - 1, 0}};
  GByteArray *zip = zip_make(entries, 2);
  GByteArray *outer = zip_one("in.zip", (const char *)zip->data, zip->len);

  check("zip in zip", outer->data, outer->len, "out.zip",
        "out.zip[application/zip]\n"
        "out.zip › in.zip[application/zip]\n"
        "out.zip › in.zip › plans.txt[text/plain]\n"
        "out.zip › in.zip › setup.exe[application/x-dosexec]\n");
  g_byte_array_unref(outer);
  g_byte_array_unref(zip);
}

static void
test_inner_names(void **state)
{
  ZipEntry entries[] = {
      {"invoice.pdf.exe", program, sizeof(program) - 1, 0},
      {"photo.jpg", program, sizeof(program) - 1, 0},
      {"a.lnk", BYTES("\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"), 0}};
  GByteArray *zip = zip_make(entries, 3);

  check("names inside", zip->data, zip->len, "a.zip",
        "a.zip[application/zip]\n"
        "a.zip › invoice.pdf.exe[application/x-dosexec] double-extension\n"
        "a.zip › photo.jpg[application/x-dosexec] type-differs\n"
        "a.zip › a.lnk[application/x-ms-shortcut]\n");
  g_byte_array_unref(zip);
}

static void
test_inner_folder(void **state)
{
  ZipEntry entries[] = {{"folder/", "", 0, 0}, {"evil.js/", words, sizeof(words) - 1, 0}};
  GByteArray *zip = zip_make(entries, 2);

  check("a folder with content", zip->data, zip->len, "a.zip",
        "a.zip[application/zip]\n"
        "a.zip › evil.js/[] name-deceptive\n");
  g_byte_array_unref(zip);
}

static const char mail[] =
    "From: a@b.example\r\nTo: c@d.example\r\nSubject: minutes\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=foo\r\n\r\n--foo\r\nContent-Type: text/plain\r\n\r\n"
    "hello there\r\n--foo\r\nContent-Type: application/octet-stream; name=\"a.js\"\r\n"
    "Content-Disposition: attachment; filename=\"a.js\"\r\n\r\nvar minutes = 1;\r\n--foo--\r\n";

/* A message inside an archive. */
static void
test_inner_mail(void **state)
{
  GByteArray *zip = zip_one("m.eml", mail, sizeof(mail) - 1);
  g_autofree char *got = inspect_text(scanner, zip->data, zip->len, "a.zip");

  if (!strstr(got, "a.zip › m.eml › a.js[text/plain]\n"))
    fail_msg("got %s", got);
  g_byte_array_unref(zip);
}

/* Parts of a document are no files of their own, unless they are something that acts. */
static void
test_package(void **state)
{
  ZipEntry entries[] = {
      {"[Content_Types].xml", BYTES("<?xml version='1.0'?><Types/>"), 0},
      {"word/document.xml", BYTES("<?xml version='1.0'?><w:document/>"), 0},
      {"word/embeddings/setup.exe", program, sizeof(program) - 1, 0},
  };
  GByteArray *zip = zip_make(entries, 3);

  check("a document", zip->data, zip->len, "a.docx",
        "a.docx[application/vnd.openxmlformats-officedocument.wordprocessingml.document]\n"
        "a.docx › setup.exe[application/x-dosexec]\n");
  g_byte_array_unref(zip);
}

/* An encrypted entry cannot be read, but its name is judged. */
static void
test_encrypted(void **state)
{
  ZipEntry entries[] = {{"open.txt", words, sizeof(words) - 1, 0},
                        {"secret.exe", words, sizeof(words) - 1, 1}};
  GByteArray *zip = zip_make(entries, 2);

  check("an encrypted entry", zip->data, zip->len, "a.zip",
        "a.zip[application/zip] encrypted\n"
        "a.zip › open.txt[text/plain]\n"
        "a.zip › secret.exe[] encrypted\n");
  g_byte_array_unref(zip);
}

/* --- damage and ambiguity: never clean --- */

typedef void (*Damage)(GByteArray *zip);

static size_t
find(const GByteArray *zip, const char *mark)
{
  unsigned char *p = memmem(zip->data, zip->len, mark, 4);

  assert_non_null(p);
  return (size_t)(p - zip->data);
}

static void
damage_none(GByteArray *zip)
{
}

static void
damage_half(GByteArray *zip)
{
  g_byte_array_set_size(zip, zip->len / 2);
}

static void
damage_no_directory(GByteArray *zip)
{
  g_byte_array_set_size(zip, (guint)find(zip, "PK\1\2"));
}

static void
damage_tail(GByteArray *zip)
{
  g_byte_array_append(zip, (const guint8 *)"tail", 4);
}

static void
damage_prefix(GByteArray *zip)
{
  g_byte_array_prepend(zip, (const guint8 *)"PK\3\4 a prefix", 13);
}

static void
damage_name(GByteArray *zip)
{
  zip->data[find(zip, "PK\1\2") + 46] = 'X';
}

static void
damage_method(GByteArray *zip)
{
  zip->data[find(zip, "PK\1\2") + 10] = 8;
}

static void
damage_unknown_method(GByteArray *zip)
{
  zip->data[find(zip, "PK\1\2") + 10] = 14;
  zip->data[find(zip, "PK\3\4") + 8] = 14;
}

static void
damage_flag(GByteArray *zip)
{
  zip->data[find(zip, "PK\1\2") + 8] |= 1;
}

static void
damage_size(GByteArray *zip)
{
  zip->data[find(zip, "PK\3\4") + 18]--;
}

static void
damage_count(GByteArray *zip)
{
  zip->data[find(zip, "PK\5\6") + 10] = 0;
  zip->data[find(zip, "PK\5\6") + 8] = 0;
}

static void
damage_two(GByteArray *zip)
{
  GByteArray *second = zip_one("evil.exe", program, sizeof(program) - 1);

  g_byte_array_append(zip, second->data, second->len);
  g_byte_array_unref(second);
}

/* An entry between the last one and the directory that the directory does not know of. */
static void
damage_hidden(GByteArray *zip)
{
  size_t at = find(zip, "PK\1\2");
  size_t end = find(zip, "PK\5\6");
  GByteArray *out = g_byte_array_new();
  unsigned char *entry = zip->data;

  g_byte_array_append(out, zip->data, (guint)at);
  g_byte_array_append(out, entry, (guint)at);
  g_byte_array_append(out, zip->data + at, (guint)(zip->len - at));
  out->data[end + at + 16] = (guint8)(2 * at);
  g_byte_array_set_size(zip, 0);
  g_byte_array_append(zip, out->data, out->len);
  g_byte_array_unref(out);
}

static const struct {
  const char *label;
  Damage damage;
  gboolean corrupt;
} damages[] = {
    {"none", damage_none, FALSE},
    {"cut in half", damage_half, TRUE},
    {"no directory", damage_no_directory, TRUE},
    {"bytes after the end", damage_tail, TRUE},
    {"bytes before the beginning", damage_prefix, TRUE},
    {"names differ", damage_name, TRUE},
    {"methods differ", damage_method, TRUE},
    {"a method that nobody unpacks", damage_unknown_method, TRUE},
    {"encryption flags differ", damage_flag, TRUE},
    {"sizes differ", damage_size, TRUE},
    {"the directory counts less", damage_count, TRUE},
    {"two archives", damage_two, TRUE},
    {"an entry that the directory does not have", damage_hidden, TRUE},
};

static void
test_damage(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
    GByteArray *zip = zip_one("plans.txt", words, sizeof(words) - 1);
    g_autofree char *got = NULL;

    damages[i].damage(zip);
    got = inspect_text(scanner, zip->data, zip->len, "a.zip");
    /* Seen in the first line, which is about the whole. */
    strchr(got, '\n')[0] = '\0';
    if (damages[i].corrupt != (strstr(got, " corrupt") != NULL))
      fail_msg("%s: got %s", damages[i].label, got);
    g_byte_array_unref(zip);
  }
}

/* Archives by their first bytes that libclamav gets nothing out of. */
static void
test_unreadable(void **state)
{
  static const struct {
    const char *label, *bytes;
    size_t len;
  } cases[] = {
      {"RAR 4", BYTES("Rar!\x1a\x07\0\xcf\x90\x73\0\0\x0d\0\0\0\0\0\0\0more")},
      {"RAR 5", BYTES("Rar!\x1a\x07\x01\0\x33\x92\xb5\xe5\x0a\x01\x05\x06more")},
      {"7z", BYTES("7z\xbc\xaf\x27\x1c\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0junk")},
      {"Zstandard", BYTES("\x28\xb5\x2f\xfd\x24\x05\x29\0\0hello\0\0\0\0")},
      {"LZ4", BYTES("\x04\x22\x4d\x18\x64\x40\xa7\0\0\0\0\0\0\0\0")},
      {"gzip of nothing good", BYTES("\x1f\x8b\x08\0\0\0\0\0\0\3 not deflate data at all")},
      {"cabinet", BYTES("MSCF\0\0\0\0\xff\xff\0\0\0\0\0\0 and no more of it there")},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = inspect_text(scanner, cases[i].bytes, cases[i].len, "a.bin");

    if (!strstr(got, " corrupt"))
      fail_msg("%s: got %s", cases[i].label, got);
  }
}

/* --- compressed files --- */

/* gzip in stored blocks, by RFC 1951 3.2.4. */
static GByteArray *
gzip_make(const char *data, size_t len, const char *name)
{
  GByteArray *out = g_byte_array_new();

  g_byte_array_append(out, (const guint8 *)"\x1f\x8b\x08", 3);
  zip_put(out, name ? 8 : 0, 1);
  zip_put(out, 0, 6);
  if (name)
    g_byte_array_append(out, (const guint8 *)name, (guint)strlen(name) + 1);
  zip_put(out, 1, 1);
  zip_put(out, len, 2);
  zip_put(out, ~len, 2);
  g_byte_array_append(out, (const guint8 *)data, (guint)len);
  zip_put(out, zip_crc(data, len), 4);
  zip_put(out, len, 4);
  return out;
}

static void
test_gzip(void **state)
{
  GByteArray *gzip = gzip_make(program, sizeof(program) - 1, NULL);

  check("name by the outer", gzip->data, gzip->len, "a.exe.gz",
        "a.exe.gz[application/gzip]\na.exe.gz › a.exe[application/x-dosexec]\n");
  check("cut off", gzip->data, gzip->len - 6, "a.exe.gz",
        "a.exe.gz[application/gzip] corrupt\na.exe.gz › a.exe[application/x-dosexec]\n");
  g_byte_array_unref(gzip);
  gzip = gzip_make(words, sizeof(words) - 1, "bill.pdf.js");
  check("name by the header", gzip->data, gzip->len, "a.txt.gz",
        "a.txt.gz[application/gzip]\na.txt.gz › a.txt[text/plain] double-extension\n");
  g_byte_array_unref(gzip);
}

/* --- winmail.dat --- */

static void
tnef_put(GByteArray *out, guint32 id, const char *data, size_t len)
{
  zip_put(out, 2, 1);
  zip_put(out, id, 4);
  zip_put(out, len, 4);
  g_byte_array_append(out, (const guint8 *)data, (guint)len);
  zip_put(out, 0, 2);
}

/* libclamav tells no names and does not see messages; Outlook makes winmail.dat without files too.
 */
static void
test_tnef(void **state)
{
  GByteArray *tnef = g_byte_array_new();
  g_autofree char *named = NULL;

  zip_put(tnef, 0x223e9f78, 4);
  zip_put(tnef, 1, 2);
  check("no files", tnef->data, tnef->len, "winmail.dat", "winmail.dat[application/vnd.ms-tnef]\n");
  tnef_put(tnef, 0x00069002, BYTES("\1\0\0\0\0\0\0\0\0\0\0\0\0\0"));
  tnef_put(tnef, 0x00018010, BYTES("BILL~1.JS\0"));
  tnef_put(tnef, 0x0006800f, words, sizeof(words) - 1);
  tnef_put(tnef, 0x00069005, BYTES("\1\0\0\0\x1f\0\7\x37\1\0\0\0\x0a\0\0\0b\0.\0j\0s\0\0\0\0\0"));
  named = inspect_text(scanner, tnef->data, tnef->len, "winmail.dat");
  assert_string_equal(named, "winmail.dat[application/vnd.ms-tnef]\n"
                             "winmail.dat › b.js[text/plain]\n");
  g_byte_array_unref(tnef);
}

/* A zip in it is looked at once, under its own path: libclamav's walk of the same makes no
 * findings, and no second opening, which would double at each level. */
static void
test_tnef_once(void **state)
{
  GByteArray *zip = zip_one("a.txt", words, sizeof(words) - 1), *tnef = g_byte_array_new();

  zip_put(tnef, 0x223e9f78, 4);
  zip_put(tnef, 1, 2);
  tnef_put(tnef, 0x00069002, BYTES("\1\0\0\0\0\0\0\0\0\0\0\0\0\0"));
  tnef_put(tnef, 0x00018010, BYTES("b.zip\0"));
  tnef_put(tnef, 0x0006800f, (const char *)zip->data, zip->len);
  check("zip in winmail.dat", tnef->data, tnef->len, "w.dat",
        "w.dat[application/vnd.ms-tnef]\nw.dat › b.zip[application/zip]\n"
        "w.dat › b.zip › a.txt[text/plain]\n");
  g_byte_array_unref(zip);
  g_byte_array_unref(tnef);
}

/* --- limits --- */

static void
test_depth(void **state)
{
  GByteArray *zip = zip_one("plans.txt", words, sizeof(words) - 1);
  g_autofree char *got = NULL;

  for (int i = 0; i < LIMIT_UNPACK_DEPTH + 4; i++) {
    GByteArray *outer = zip_one("in.zip", (const char *)zip->data, zip->len);

    g_byte_array_unref(zip);
    zip = outer;
  }
  got = inspect_text(scanner, zip->data, zip->len, "a.zip");
  assert_true(g_str_has_prefix(got, "a.zip[application/zip] limit"));
  g_byte_array_unref(zip);
}

static void
test_files(void **state)
{
  enum { COUNT = LIMIT_UNPACK_FILES + 10 };
  ZipEntry *entries = g_new0(ZipEntry, COUNT);
  GByteArray *zip;
  g_autofree char *got = NULL;

  for (int i = 0; i < COUNT; i++)
    entries[i] = (ZipEntry){g_strdup_printf("f%d.txt", i), words, sizeof(words) - 1, 0};
  zip = zip_make(entries, COUNT);
  got = inspect_text(scanner, zip->data, zip->len, "a.zip");
  if (!g_str_has_prefix(got, "a.zip[application/zip] limit"))
    fail_msg("got %.200s", got);
  for (int i = 0; i < COUNT; i++)
    g_free((char *)entries[i].name);
  g_free(entries);
  g_byte_array_unref(zip);
}

/* An entry that unpacks to more than the limit: libclamav hands out the first part of it and says
 * nothing. Made from a stored entry by putting deflated data in its place. */
static void
test_bomb(void **state)
{
  gsize len = LIMIT_UNPACK_FILE + 1000, read = 0, written = 0;
  g_autofree char *zeros = g_malloc0(len), *packed = g_malloc(len / 100);
  g_autoptr(GZlibCompressor) deflate = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_RAW, 1);
  GByteArray *zip;
  size_t central;

  assert_int_equal(g_converter_convert(G_CONVERTER(deflate), zeros, len, packed, len / 100,
                                       G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                   G_CONVERTER_FINISHED);
  zip = zip_one("big.txt", packed, written);
  central = find(zip, "PK\1\2");
  zip->data[8] = zip->data[central + 10] = 8;
  for (int i = 0; i < 4; i++)
    zip->data[22 + i] = zip->data[central + 24 + i] = (guint8)(len >> 8 * i);
  check("a bomb", zip->data, zip->len, "a.zip",
        "a.zip[application/zip] limit\na.zip › big.txt[] unknown-type\n");
  g_byte_array_unref(zip);
}

/* --- signatures --- */

/* The EICAR test file, in pieces so that this source is none. */
static char *
eicar(void)
{
  return g_strconcat("X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!",
                     "$H+H*", NULL);
}

static char *
folder_new(const char *name, const char *text)
{
  char *folder = g_dir_make_tmp("cordon-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, name, NULL);

  assert_non_null(folder);
  assert_true(g_file_set_contents(path, text, -1, NULL));
  return folder;
}

static void
folder_remove(char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);

  assert_int_equal(g_unlink(path), 0);
  assert_int_equal(g_rmdir(folder), 0);
  g_free(folder);
}

static void
test_malware(void **state)
{
  g_autofree char *text = eicar();
  g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
  g_autofree char *line = g_strdup_printf("%s:%zu:Test.Eicar:73\n", hash, strlen(text));
  char *folder = folder_new("test.hsb", line);
  FileScannerOptions options = {folder, g_get_tmp_dir(), TRUE};
  g_autoptr(GError) error = NULL;
  g_autoptr(FileScanner) with = file_scanner_new(&options, &error);
  ZipEntry entries[] = {{"plans.txt", words, sizeof(words) - 1, 0},
                        {"test.txt", text, strlen(text), 0}};
  GByteArray *zip = zip_make(entries, 2);
  g_autofree char *plain = NULL, *inner = NULL;

  if (!with)
    fail_msg("%s", error->message);
  assert_int_equal(file_scanner_signatures(with), 1);
  plain = inspect_text(with, text, strlen(text), "test.txt");
  assert_string_equal(plain, "test.txt[text/plain] MALWARE Test.Eicar.UNOFFICIAL\n");
  inner = inspect_text(with, zip->data, zip->len, "a.zip");
  assert_string_equal(inner, "a.zip[application/zip]\n"
                             "a.zip › plans.txt[text/plain]\n"
                             "a.zip › test.txt[text/plain] MALWARE Test.Eicar.UNOFFICIAL\n");
  g_byte_array_unref(zip);
  folder_remove(folder, "test.hsb");
}

static void
test_signatures_broken(void **state)
{
  static const char *const texts[] = {"this is no signature\n", ""};

  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    char *folder = folder_new("test.ndb", texts[i]);
    FileScannerOptions options = {folder, g_get_tmp_dir(), TRUE};
    g_autoptr(GError) error = NULL;

    assert_null(file_scanner_new(&options, &error));
    assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_CONFIG));
    folder_remove(folder, "test.ndb");
  }
}

static void
test_signatures_missing(void **state)
{
  FileScannerOptions options = {"/nonexistent/signatures", g_get_tmp_dir(), TRUE};
  g_autoptr(GError) error = NULL;

  assert_null(file_scanner_new(&options, &error));
  assert_true(g_error_matches(error, CORDON_ERROR, CORDON_ERROR_TEMP));
  assert_int_equal(file_scanner_signatures(scanner), 0);
}

/* Nothing may stay behind in the scratch folder. */
static void
test_scratch(void **state)
{
  g_autofree char *folder = g_dir_make_tmp("cordon-XXXXXX", NULL);
  FileScannerOptions options = {NULL, folder, TRUE};
  g_autoptr(FileScanner) with = file_scanner_new(&options, NULL);
  GByteArray *zip = zip_one("plans.txt", words, sizeof(words) - 1);
  g_autofree char *got = inspect_text(with, zip->data, zip->len, "a.zip");

  assert_string_equal(got, "a.zip[application/zip]\na.zip › plans.txt[text/plain]\n");
  assert_int_equal(g_rmdir(folder), 0);
  g_byte_array_unref(zip);
}

/* --- corpora --- */

static unsigned
walk(const char *folder, unsigned *findings_seen)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  unsigned files = 0;
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *data = NULL;
    gsize len;

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
      files += walk(path, findings_seen);
    } else if (g_file_get_contents(path, &data, &len, NULL)) {
      g_autofree char *got = inspect_text(scanner, data, len, name);

      *findings_seen += *got != '\0';
      files++;
    }
  }
  return files;
}

static void
test_corpora(void **state)
{
  const char *corpora = g_getenv("CORDON_CORPORA");
  g_autofree char *folder = NULL;
  unsigned found = 0, files;

  if (!corpora || !g_file_test(corpora, G_FILE_TEST_IS_DIR)) {
    print_message("no corpora: CORDON_CORPORA\n");
    skip();
  }
  folder = g_build_filename(corpora, "documents", NULL);
  files = walk(folder, &found);
  assert_int_equal(files, found);
  assert_true(found > 1000);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_inner),
      cmocka_unit_test(test_inner_names),
      cmocka_unit_test(test_inner_folder),
      cmocka_unit_test(test_inner_mail),
      cmocka_unit_test(test_package),
      cmocka_unit_test(test_encrypted),
      cmocka_unit_test(test_damage),
      cmocka_unit_test(test_unreadable),
      cmocka_unit_test(test_gzip),
      cmocka_unit_test(test_tnef),
      cmocka_unit_test(test_tnef_once),
      cmocka_unit_test(test_bomb),
      cmocka_unit_test(test_depth),
      cmocka_unit_test(test_files),
      cmocka_unit_test(test_malware),
      cmocka_unit_test(test_signatures_broken),
      cmocka_unit_test(test_signatures_missing),
      cmocka_unit_test(test_scratch),
      cmocka_unit_test(test_corpora),
  };

  return cmocka_run_group_tests(tests, scanner_start, scanner_stop);
}
