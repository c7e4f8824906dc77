/* What libclamav hands out more than once: told apart by content, and nothing lost by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "../zipfile.h"
#include "file.h"
#include "repeats.h"

#define BYTES(text) text, sizeof(text) - 1

static void
test_key(void **state)
{
  RepeatsKey one = {{0}}, other = {{0}};

  assert_int_equal(repeats_key_init(&one, NULL), 0);
  assert_int_equal(repeats_key_init(&other, NULL), 0);
  assert_memory_not_equal(&one, &other, sizeof one);
}

/* --- files --- */

static void
test_find(void **state)
{
  static const struct {
    const char *label, *name, *content;
    unsigned container;
    int want; /* index of the file that it is a repeat of, or -1 */
  } cases[] = {
      {"the first", "a.xml", "words", 0, -1},       {"the same", "a.xml", "words", 0, 0},
      {"other content", "a.xml", "wordz", 0, -1},   {"that again", "a.xml", "wordz", 0, 2},
      {"another name", "b.xml", "words", 0, -1},    {"another container", "a.xml", "words", 1, -1},
      {"longer content", "a.xml", "words!", 0, -1}, {"nothing", "a.xml", "", 0, -1},
  };
  RepeatsKey key = {{0}};
  Repeats *repeats = repeats_new(&key);

  for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
    const Repeat *found = repeats_find(repeats, cases[i].container, cases[i].name,
                                       (const unsigned char *)cases[i].content,
                                       strlen(cases[i].content), (Repeat){i, TRUE});

    if ((found ? (int)found->index : -1) != cases[i].want)
      fail_msg("%s: got %d", cases[i].label, found ? (int)found->index : -1);
  }
  repeats_free(repeats);
}

/* --- with libclamav --- */

/* The same length, one with what the signature is for. */
static const char good[] = "<?xml version='1.0'?><w:document>all is well here</w:document>";
static const char bad[] = "<?xml version='1.0'?><w:document>what we look for</w:document>";

/* A package; its second entry and its third are the same but for their names. */
static GByteArray *
package(const char *content)
{
  ZipEntry entries[] = {{"[Content_Types].xml", BYTES("<?xml version='1.0'?><Types/>"), 0},
                        {"word/document.xml", content, strlen(content), 0},
                        {"word/styles.xml", content, strlen(content), 0}};

  return zip_make(entries, G_N_ELEMENTS(entries));
}

/* An entry behind the others that the directory knows nothing of. */
static void
hide(GByteArray *zip, const char *name, const char *content)
{
  ZipEntry entry = {name, content, strlen(content), 0};
  GByteArray *one = zip_make(&entry, 1);
  guint32 local = (guint32)(30 + strlen(name) + entry.len), directory;
  g_autoptr(GByteArray) out = g_byte_array_new();

  memcpy(&directory, zip->data + zip->len - 6, sizeof directory);
  directory = GUINT32_FROM_LE(directory);
  g_byte_array_append(out, zip->data, directory);
  g_byte_array_append(out, one->data, local);
  g_byte_array_append(out, zip->data + directory, zip->len - directory - 6);
  zip_put(out, directory + local, 4);
  zip_put(out, 0, 2);
  g_byte_array_set_size(zip, 0);
  g_byte_array_append(zip, out->data, out->len);
  g_byte_array_unref(one);
}

/* Each finding on a line: path and malware. */
static char *
look(const char *kind, const char *signature, const GByteArray *zip)
{
  g_autofree char *folder = g_dir_make_tmp("cordon-XXXXXX", NULL);
  g_autofree char *path = g_strdup_printf("%s/test.%s", folder, kind);
  FileScannerOptions options = {folder, g_get_tmp_dir(), TRUE};
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  g_autoptr(GBytes) content = g_bytes_new(zip->data, zip->len);
  g_autoptr(FileScanner) scanner = NULL;
  GString *out = g_string_new(NULL);

  assert_true(g_file_set_contents(path, signature, -1, NULL));
  scanner = file_scanner_new(&options, NULL);
  assert_non_null(scanner);
  g_ptr_array_add(names, (char *)"a.docx");
  file_inspect(scanner, content, names, "", 0, findings);
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);

    g_string_append_printf(out, "%s %s\n", finding->path,
                           finding->malware ? finding->malware : "-");
  }
  assert_int_equal(g_unlink(path), 0);
  assert_int_equal(g_rmdir(folder), 0);
  return g_string_free(out, FALSE);
}

#define MARK "77686174207765206c6f6f6b20666f72"

/* Signatures of "what we look for" that ask what it is in, and what they find in an entry of a
 * document: libclamav shows it as one of the document and as one of a zip in that. */
static void
test_malware(void **state)
{
  static const char body[] = "Test.Own:0:*:" MARK "\n";
  static const struct {
    const char *label, *kind, *signature, *content, *hidden, *want;
  } cases[] = {
      {"nothing", "ndb", body, good, NULL, "a.docx -\n"},
      {"in an entry", "ndb", body, bad, NULL, "a.docx Test.Own.UNOFFICIAL\n"},
      {"in an entry that is hidden behind its double", "ndb", body, good, bad,
       "a.docx Test.Own.UNOFFICIAL\n"},
      {"by a signature for any place", "ldb", "Test.Any;Engine:51-255,Target:0;0;" MARK "\n", bad,
       NULL, "a.docx Test.Any.UNOFFICIAL\n"},
      {"by one for entries of zip archives", "ldb",
       "Test.Zip;Engine:51-255,Container:CL_TYPE_ZIP,Target:0;0;" MARK "\n", bad, NULL,
       "a.docx Test.Zip.UNOFFICIAL\n"},
      {"by one for those of documents", "ldb",
       "Test.Word;Engine:51-255,Container:CL_TYPE_OOXML_WORD,Target:0;0;" MARK "\n", bad, NULL,
       "a.docx Test.Word.UNOFFICIAL\n"},
      {"by one for those of PDF files", "ldb",
       "Test.Pdf;Engine:51-255,Container:CL_TYPE_PDF,Target:0;0;" MARK "\n", bad, NULL,
       "a.docx -\n"},
      {"by one for a zip in a document", "ldb",
       "Test.Chain;Engine:81-255,Intermediates:CL_TYPE_OOXML_WORD>CL_TYPE_ZIP,Target:0;0;" MARK
       "\n",
       bad, NULL, "a.docx Test.Chain.UNOFFICIAL\n"},
      {"by one for a document in a zip", "ldb",
       "Test.Chain;Engine:81-255,Intermediates:CL_TYPE_ZIP>CL_TYPE_OOXML_WORD,Target:0;0;" MARK
       "\n",
       bad, NULL, "a.docx -\n"},
      {"by one of both kinds", "ldb",
       "Test.Any;Engine:51-255,Target:0;0;6e6f742074686572652061742061\n"
       "Test.Zip;Engine:51-255,Container:CL_TYPE_ZIP,Target:0;0;" MARK "\n",
       bad, NULL, "a.docx Test.Zip.UNOFFICIAL\n"},
      {"by the list of a zip", "cdb", "Test.List:CL_TYPE_ZIP:*:word/document.xml:*:*:*:*:*:*\n",
       good, NULL, "a.docx Test.List.UNOFFICIAL\n"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    GByteArray *zip = package(cases[i].content);
    g_autofree char *got = NULL;

    if (cases[i].hidden)
      hide(zip, "word/document.xml", cases[i].hidden);
    got = look(cases[i].kind, cases[i].signature, zip);
    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s: got\n%s", cases[i].label, got);
    g_byte_array_unref(zip);
  }
}

/* The same in an archive that is an entry of the document, by hash, and as the document itself. */
static void
test_malware_inside(void **state)
{
  static const char content[] =
      "MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0 what we look for, not a program";
  g_autofree char *sum =
      g_compute_checksum_for_data(G_CHECKSUM_MD5, (const guchar *)BYTES(content));
  g_autofree char *hash = g_strdup_printf("%s:%zu:Test.Hash\n", sum, sizeof(content) - 1);
  GByteArray *inner = zip_one("setup.exe", content, sizeof content - 1);
  ZipEntry entries[] = {{"[Content_Types].xml", BYTES("<?xml version='1.0'?><Types/>"), 0},
                        {"word/document.xml", BYTES(good), 0},
                        {"word/embeddings/a.zip", (const char *)inner->data, inner->len, 0}};
  GByteArray *zip = zip_make(entries, G_N_ELEMENTS(entries));
  const struct {
    const char *label, *kind, *signature, *found;
  } cases[] = {
      {"body", "ndb", "Test.Own:0:*:" MARK "\n", "Test.Own.UNOFFICIAL"},
      {"hash", "hdb", hash, "Test.Hash.UNOFFICIAL"},
      {"zip", "ldb", "Test.Zip;Engine:51-255,Container:CL_TYPE_ZIP,Target:0;0;" MARK "\n",
       "Test.Zip.UNOFFICIAL"},
      {"zip in a zip", "ldb",
       "Test.Chain;Engine:81-255,Intermediates:CL_TYPE_ZIP>CL_TYPE_ZIP,Target:0;0;" MARK "\n",
       "Test.Chain.UNOFFICIAL"},
      {"zip in a zip in a document", "ldb",
       "Test.Chain;Engine:81-255,Intermediates:CL_TYPE_OOXML_WORD>CL_TYPE_ZIP>CL_TYPE_ZIP,"
       "Target:0;0;" MARK "\n",
       "Test.Chain.UNOFFICIAL"},
      {"zip in a document", "ldb",
       "Test.Chain;Engine:81-255,Intermediates:CL_TYPE_OOXML_WORD>CL_TYPE_ZIP,Target:0;0;" MARK
       "\n",
       "Test.Chain.UNOFFICIAL"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = look(cases[i].kind, cases[i].signature, zip);
    g_autofree char *want = g_strdup_printf("\na.docx › a.zip › setup.exe %s\n", cases[i].found);

    if (!strstr(got, want))
      fail_msg("%s: got\n%s", cases[i].label, got);
  }
  g_byte_array_unref(zip);
  g_byte_array_unref(inner);
}

/* A file in a package that is an archive itself comes out twice, too, and what is in it. */
static void
test_archive_inside(void **state)
{
  static const char program[] = "MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0 not a real program";
  GByteArray *inner = zip_one("setup.exe", program, sizeof program - 1);
  ZipEntry entries[] = {{"[Content_Types].xml", BYTES("<?xml version='1.0'?><Types/>"), 0},
                        {"word/document.xml", BYTES(good), 0},
                        {"word/embeddings/a.zip", (const char *)inner->data, inner->len, 0}};
  GByteArray *zip = zip_make(entries, G_N_ELEMENTS(entries));
  static const char *const signatures[][2] = {
      {"ndb", "Test.Own:0:*:77686174207765206c6f6f6b20666f72\n"},
      {"ldb", "Test.Zip;Engine:51-255,Container:CL_TYPE_ZIP,Target:0;0;77686174207765206c6f\n"}};

  for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
    g_autofree char *got = look(signatures[i][0], signatures[i][1], zip);

    assert_string_equal(got, "a.docx -\na.docx › a.zip -\na.docx › a.zip › setup.exe -\n");
  }
  g_byte_array_unref(zip);
  g_byte_array_unref(inner);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_key),
      cmocka_unit_test(test_find),
      cmocka_unit_test(test_malware),
      cmocka_unit_test(test_malware_inside),
      cmocka_unit_test(test_archive_inside),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
