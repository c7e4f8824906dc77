/* qr_read.c - what the QR codes of picture files say, one line a code: the file, a tab, the text.
 */
#include <stdio.h>

#include "qr.h"

static void
read_one(const Picture *picture, void *texts)
{
  guint64 pixels = 0;

  qr_read(picture, &pixels, texts);
}

int
main(int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *bytes = NULL;
    gsize len;

    if (!g_file_get_contents(argv[i], &bytes, &len, NULL))
      return 66;
    picture_read((const unsigned char *)bytes, len, read_one, texts);
    for (guint k = 0; k < texts->len; k++) {
      g_autofree char *line = g_strescape(g_ptr_array_index(texts, k), NULL);
      printf("%s\t%s\n", argv[i], line);
    }
  }
  return 0;
}
