/* cfb.h - a compound file ([MS-CFB]) read by its own structure, as the programs read it that it is
 * for. compound.c's view, which trusts no structure, decides about traits. */
#ifndef CORDON_CFB_H
#define CORDON_CFB_H

#include <glib.h>

/* The first bytes of one, and those of an entry of its directory. */
#define CFB_MAGIC "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#define CFB_ENTRY 128

typedef struct cfb_entry {
  char *name; /* UTF-8 */
  gboolean storage;
  int parent; /* index of the storage that holds it; 0 is the root; -1: nobody's */
  guint32 start;
  guint64 size;
  const unsigned char *raw; /* its CFB_ENTRY bytes in the directory */
} CfbEntry;

typedef struct cfb Cfb;

/* The bytes must outlive it. NULL if the directory cannot be read to its end. */
Cfb *cfb_open(const unsigned char *bytes, size_t len);
void cfb_free(Cfb *cfb);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cfb, cfb_free)

/* Bytes of a sector. */
size_t cfb_sector(const Cfb *cfb);

/* The first 512 bytes of the file. */
const unsigned char *cfb_header(const Cfb *cfb);

guint cfb_count(const Cfb *cfb);
const CfbEntry *cfb_entry(const Cfb *cfb, guint index);

/* Names are compared without regard to case ([MS-CFB] 2.6.4): programs open "vba" as "VBA". The
 * second gives what follows a beginning, or NULL. */
gboolean cfb_name_is(const char *name, const char *wanted);
const char *cfb_name_after(const char *name, const char *beginning);

/* The content of a stream: new, or NULL if its sectors are not those of a stream of this size, or
 * one of them is in its chain twice or that of another stream that was read before, or if all that
 * was read is more than the file has. */
GBytes *cfb_read(Cfb *cfb, guint index);

#endif
