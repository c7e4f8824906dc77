/* clamd.h - clamd by its socket (clamd(8), COMMANDS): the one place that speaks its protocol. Each
 * call makes a connection of its own. Addresses are those of clamd-socket in cordon.conf:
 * "unix:/PATH" or "inet:ADDRESS:PORT", "inet:[IPV6]:PORT". What clamd answers is not believed
 * further than one printable line. */
#ifndef CORDON_CLAMD_H
#define CORDON_CLAMD_H

#include <glib.h>

/* Longest answer, and longest name of malware in it. */
#define CLAMD_ANSWER 1024

typedef struct clamd_version {
  char *engine;       /* "ClamAV 1.4.6" */
  guint64 signatures; /* number of the daily set; 0 if it says none */
  gint64 time;        /* of that set, Unix seconds; 0 if it says none */
} ClamdVersion;

void clamd_version_clear(ClamdVersion *version);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ClamdVersion, clamd_version_clear)

gboolean clamd_is_address(const char *text);

/* What it is, in at most so many milliseconds. 0, or -1 and TEMP with *version empty. */
int clamd_ask_version(const char *address, int timeout_ms, ClamdVersion *version, GError **error);

/* Has it look at bytes (INSTREAM). 1 if it found something, whose name goes to *name, a new string;
 * 0 if it found nothing; -1 for all else: DATA where the file is larger than it takes
 * (StreamMaxLength), TEMP where it cannot be reached, is too slow, has an error or talks
 * nonsense. */
int clamd_scan(const char *address, int timeout_ms, const unsigned char *bytes, size_t len,
               char **name, GError **error);

#endif
