#include "biff.h"

#include "finding.h"
#include "octets.h"

enum {
  RECORD_EOF = 0x000a,
  RECORD_EXTERNSHEET = 0x0017,
  RECORD_FILEPASS = 0x002f,
  RECORD_BOUNDSHEET = 0x0085,
  RECORD_SUPBOOK = 0x01ae,
  RECORD_BOF = 0x0809,
};

#define VERSION_5   0x0500
#define SHEET_MACRO 1

/* In the name of a link, behind a program and before its topic ([MS-XLS] 2.5.277). In front it is
 * another code: the same workbook. */
#define TOPIC 3

static gboolean
has_topic(const unsigned char *text, size_t len, size_t step)
{
  for (size_t i = step; i + step <= len; i += step)
    if (text[i] == TOPIC && (step == 1 || text[i + 1] == 0))
      return TRUE;
  return FALSE;
}

/* Number of sheets, length of the name, its width, the name; without a name it is this workbook or
 * an add-in. */
static gboolean
book_is_program(const unsigned char *data, size_t len)
{
  return len > 5 && has_topic(data + 5, len - 5, data[4] & 1 ? 2 : 1);
}

static BitSet
record_traits(unsigned type, const unsigned char *data, size_t len, unsigned version)
{
  switch (type) {
  case RECORD_BOUNDSHEET:
    return len > 5 && data[5] == SHEET_MACRO ? TRAIT(XLM) | TRAIT(MACRO) : 0;
  case RECORD_FILEPASS: /* what follows cannot be read */
    return TRAIT(ENCRYPTED);
  case RECORD_SUPBOOK:
    return book_is_program(data, len) ? TRAIT(DDE) : 0;
  case RECORD_EXTERNSHEET: /* of BIFF8 it is a table of numbers */
    return version == VERSION_5 && len > 1 && has_topic(data + 1, len - 1, 1) ? TRAIT(DDE) : 0;
  default:
    return 0;
  }
}

BitSet
biff_traits(const unsigned char *bytes, size_t len)
{
  unsigned version = 0;
  gboolean globals = TRUE; /* the first part, which is about the whole book */
  BitSet traits = 0;

  for (size_t at = 0, size; at + 4 <= len; at += 4 + size) {
    unsigned type = le16(bytes + at);

    size = le16(bytes + at + 2);
    if (size > len - at - 4)
      return globals ? traits | TRAIT(CORRUPT) : traits;
    globals = globals && type != RECORD_EOF;
    if (type == RECORD_BOF && size >= 2 && version == 0)
      version = le16(bytes + at + 4);
    traits |= record_traits(type, bytes + at + 4, size, version);
  }
  return traits;
}
