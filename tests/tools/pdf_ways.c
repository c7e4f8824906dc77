/* pdf-ways FILE...: what the bytes of PDFs do not show and their objects do (pdf_ways.h). Ends with
 * 1 if there is such a thing; prints how many of the files are told by their bytes alone. */
#include "pdf_ways.h"

#include "document.h"

int
main(int argc, char **argv)
{
  unsigned differ = 0, plain = 0, read = 0;

  for (int i = 1; i < argc; i++) {
    g_auto(PdfPlain) parts = {0};
    g_autofree char *data = NULL;
    size_t len;

    if (!g_file_get_contents(argv[i], &data, &len, NULL))
      continue;
    differ += pdf_ways_differ((const unsigned char *)data, len, argv[i]) > 0;
    plain += pdf_plain_read((const unsigned char *)data, len, &parts);
    read++;
  }
  printf("%u files, %u plain, %u differ\n", read, plain, differ);
  return differ > 0;
}
