/* memfd.h - records in sealed memory files: how letters and replies cross between processes.
 *
 * A record is a magic number and a run of fields, each a 64-bit little-endian length and so many
 * bytes. The receiver maps or copies it; a seal forbids the sender to change what was checked. */
#ifndef CORDON_MEMFD_H
#define CORDON_MEMFD_H

#include <glib.h>

typedef struct memfd_writer MemfdWriter;

/* Strings and bytes are gathered, large GBytes by reference; memfd_writer_seal writes all. */
MemfdWriter *memfd_writer_new(guint64 magic);
void memfd_writer_free(MemfdWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemfdWriter, memfd_writer_free)
void memfd_put_number(MemfdWriter *writer, guint64 number);
void memfd_put_string(MemfdWriter *writer, const char *text);
void memfd_put_bytes(MemfdWriter *writer, GBytes *bytes);
/* A new memfd with all seals; -1 and TEMP. */
int memfd_writer_seal(MemfdWriter *writer, const char *name, GError **error);

typedef struct memfd_reader MemfdReader;

/* Reads a sealed memfd of at most max bytes; NULL and DATA otherwise. */
MemfdReader *memfd_reader_new(int fd, guint64 magic, size_t max, GError **error);
void memfd_reader_free(MemfdReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemfdReader, memfd_reader_free)

/* Each sets the reader's failure on a breach and gives 0, "" or NULL from then on. */
guint64 memfd_get_number(MemfdReader *reader, guint64 max);
char *memfd_get_string(MemfdReader *reader, size_t max); /* new; refuses NUL inside */
GBytes *memfd_get_bytes(MemfdReader *reader, size_t max); /* shares the record */

/* 0 if every get was good and nothing is left over; -1 and DATA. */
int memfd_reader_done(MemfdReader *reader, GError **error);

#endif
