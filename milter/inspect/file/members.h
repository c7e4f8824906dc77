/* members.h - what archives list, kept against what comes out of them. Inside inspect/ only; for
 * unpack.c. */
#ifndef CORDON_INSPECT_MEMBERS_H
#define CORDON_INSPECT_MEMBERS_H

#include <glib.h>

#include "bitset.h"

typedef struct member {
  unsigned container; /* index of a file */
  char *name;
  guint64 size; /* as the archive has it */
  guint64 most; /* that may be unpacked of it */
  gboolean encrypted;
  gboolean seen;
  gboolean chance; /* of an archive that was come upon inside another file, not of a list */
} Member;

typedef struct members Members;

Members *members_new(void);
void members_free(Members *members);

unsigned members_count(const Members *members);
const Member *members_get(const Members *members, unsigned index);

/* An entry of a list; those of one container with the same name and size are one. *added says
 * whether it is new. Owned by members. */
Member *members_list(Members *members, unsigned container, const char *name, guint64 size,
                     gboolean *added);

/* A file of so many bytes has come out of the container: the entry that it belongs to, or NULL, is
 * seen from now on. */
const Member *members_see(Members *members, unsigned container, const char *name, size_t size);

/* Why nothing came of an entry: a trait; 0 where that is as it should be. */
BitSet member_unread_traits(const Member *member);

#endif
