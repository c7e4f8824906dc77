/* biff.h - the records of an old workbook (.xls; [MS-XLS], BIFF5 and 8). Inside inspect/ only. */
#ifndef CORDON_INSPECT_BIFF_H
#define CORDON_INSPECT_BIFF_H

#include <glib.h>

#include "bitset.h"

/* XLM (with MACRO) for a sheet of macros, however hidden; DDE for a link to another program;
 * ENCRYPTED where it is, if only with the password that Excel knows; CORRUPT for a record in the
 * part about the whole book that is cut off. `bytes` is the stream Workbook or Book. */
BitSet biff_traits(const unsigned char *bytes, size_t len);

#endif
