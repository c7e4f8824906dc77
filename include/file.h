/* file.h - what a file is and what is in it: libmagic for types, libclamav for unpacking and
 * malware. One FileScanner a process: loaded before workers fork, used by one thread. */
#ifndef CORDON_FILE_H
#define CORDON_FILE_H

#include <glib.h>

#include "finding.h"

typedef struct file_scanner FileScanner;

typedef struct file_scanner_options {
  const char *signatures; /* folder of ClamAV signatures, or NULL or "" for none */
  const char *scratch;    /* folder for libclamav's temporary files */
  gboolean unpack;        /* FALSE: libmagic only (make bench) */
} FileScannerOptions;

/* Loads libmagic's database and a ClamAV engine (which works without signatures: unpacking and
 * heuristics remain). CONFIG on a missing database, an unreadable or broken signature folder. */
FileScanner *file_scanner_new(const FileScannerOptions *options, GError **error);
void file_scanner_free(FileScanner *scanner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileScanner, file_scanner_free)

/* To be called in each worker after fork: its temporary files go to scratch from now on, which is
 * copied. */
int file_scanner_after_fork(FileScanner *scanner, const char *scratch, GError **error);

/* An engine beside libclamav that is shown each attachment as it came: 1 if it found something,
 * whose name goes to *name, a new string; 0 for clean; -1 for all else: DATA where the file is
 * beyond its own limits, any other error where the engine has failed. */
typedef int (*FileEngine)(GBytes *content, char **name, void *data, GError **error);
void file_scanner_set_engine(FileScanner *scanner, FileEngine engine, void *data);

/* A message begins: what the engine said of earlier ones is forgotten, and that it failed. */
void file_scanner_forget(FileScanner *scanner);

/* Why the engine could not look at an attachment of this message, or NULL. It is not asked again
 * for the same message; such an attachment is CORRUPT. */
const char *file_scanner_failure(const FileScanner *scanner);

/* A message is looked at, or looked at again: what its attachments may cost together
 * (LIMIT_UNPACK_ALL) is counted from here on. */
void file_scanner_begin(FileScanner *scanner);

/* Signatures loaded, 0 if none. */
unsigned file_scanner_signatures(const FileScanner *scanner);

/* Looks at one attachment and appends a FINDING_FILE for it (always) and one for each inner file
 * (inner = TRUE, path with ›). names: all candidates, may be empty. declared_type: lower case.
 * Traits and malware of what is inside are set on the inner finding; what concerns the whole
 * (encrypted, limit, corrupt: any libclamav result that is neither clean nor virus) on the outer.
 * Never fails: an error of an engine is a trait of the outer finding (CORRUPT or LIMIT), never
 * clean. */
void file_inspect(FileScanner *scanner, GBytes *content, const GPtrArray *names,
                  const char *declared_type, unsigned part, GPtrArray *findings);

/* The endings that a reader's system may go by, lower case, without dots, the likeliest first:
 * "b.tar.gz" gives gz, tar.gz; "a.exe . " gives exe; more where systems differ ("a.exe:x.txt" gives
 * exe, txt). Trailing dots, blanks, quotes and NTFS streams are off, invisible characters gone,
 * compatibility forms (full-width) folded; "clsid" stands for .{a class id}. Each at most 24 bytes;
 * no duplicates. A new array of char *, empty for a name without an ending. */
GPtrArray *filename_endings(const char *name);

/* Content type alone by libmagic, lower case; "" when libmagic cannot tell. */
const char *file_content_type(FileScanner *scanner, const unsigned char *bytes, size_t len);

#endif
