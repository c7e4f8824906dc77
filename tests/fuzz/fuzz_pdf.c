/* Any bytes as a PDF, or as RTF where they begin so, through the disarmer. What is disarmed must
 * have nothing left to take out; the result of an object in RTF may hold another one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "disarm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_autoptr(GBytes) file = NULL, once = NULL, twice = NULL;
  static const Orders active = {.active = TRUE};
  Taken removed = {0}, again = {0};
  gboolean rtf = size >= 4 && memcmp(data, "{\\rt", 4) == 0;

  disarm_start();
  if (!rtf && !memmem(data, MIN(size, 1024), "%PDF-", 5))
    g_byte_array_append(bytes, (const guint8 *)"%PDF-1.7\n", 9);
  g_byte_array_append(bytes, data, (guint)size);
  file = g_bytes_new(bytes->data, bytes->len);
  once = disarm_file(file, &active, &removed, NULL);
  if (!once || once == file)
    return 0;
  twice = disarm_file(once, &active, &again, NULL);
  if (!removed.traits || !twice || (!rtf && (twice != once || again.traits)))
    abort();
  return 0;
}
