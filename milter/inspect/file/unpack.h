/* unpack.h - libclamav as the one unpacker and scanner. Inside inspect/ only; files.c uses it. */
#ifndef CORDON_UNPACK_H
#define CORDON_UNPACK_H

#include <glib.h>

#include "bitset.h"

typedef struct unpacker Unpacker;

/* One engine a process. signatures and scratch as in FileScannerOptions. CONFIG if the folder
 * holds something broken, TEMP if it holds nothing or cannot be read. */
Unpacker *unpacker_new(const char *signatures, const char *scratch, GError **error);
void unpacker_free(Unpacker *unpacker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Unpacker, unpacker_free)

/* Temporary files go to scratch, which is copied, from now on. */
int unpacker_move(Unpacker *unpacker, const char *scratch, GError **error);

unsigned unpacker_signatures(const Unpacker *unpacker);

/* A file that was unpacked: 0 is the outer one, the others in order of appearance. */
typedef struct unpack_file {
  unsigned index;
  int parent;                 /* index, -1 for the outer file */
  const char *type;           /* libclamav's own, such as "CL_TYPE_ZIP" */
  const char *name;           /* UTF-8 or raw bytes as stored, "" if it has none */
  const char *member;         /* the same with its folders, as the archive lists it; "" if not */
  const unsigned char *bytes; /* while the callback runs */
  size_t size;
} UnpackFile;

/* An entry of an archive's list that no unpacked file belongs to. */
typedef struct unpack_member {
  unsigned container; /* index of a file */
  const char *name;
  guint64 size;  /* as the archive has it */
  BitSet traits; /* ENCRYPTED, LIMIT or CORRUPT: why it was not read, once that is known */
} UnpackMember;

typedef struct unpack_handler {
  void (*file)(const UnpackFile *file, void *data);
  /* That file has come out again, the same: its bytes are here now, and more may come out of it. */
  void (*again)(unsigned file, const unsigned char *bytes, void *data);
  void (*member)(const UnpackMember *member, void *data); /* each listed name, before the files */
  void (*unread)(const UnpackMember *member, void *data); /* after all files */
  void (*traits)(unsigned file, BitSet traits, void *data);
  void (*malware)(unsigned file, const char *name, void *data);
} UnpackHandler;

/* What all attachments of one message may still cost; unpack_scan takes from it. */
typedef struct unpack_budget {
  guint64 bytes; /* that are looked at, packed and unpacked */
  guint64 files;
  guint64 ms;
} UnpackBudget;

void unpack_budget_init(UnpackBudget *budget);

/* Scans bytes. What could not be looked at is told by traits of the file it concerns, and always
 * of file 0: ENCRYPTED, LIMIT, or CORRUPT for any result that is neither clean nor virus and for
 * an archive whose members were not all seen. Never silent, never fails. */
void unpack_scan(Unpacker *unpacker, const unsigned char *bytes, size_t len, const char *name,
                 UnpackBudget *budget, const UnpackHandler *handler, void *data);

/* SHA-256 as 64 hex digits; "" if it cannot be had. libclamav's is OpenSSL's, which uses the
 * processor's own instructions: GLib's costs more than all else that is done to an attachment. */
void unpack_sha256(const unsigned char *bytes, size_t len, char hex[65]);

#endif
