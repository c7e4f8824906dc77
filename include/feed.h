/* feed.h - a large list of bad hosts and addresses, compiled once and mapped by all workers: a
 * constant database (cdb, D. J. Bernstein; tinycdb). A look-up costs two probes for each label of a
 * host, however many hosts there are.
 *
 * Keys: "h" and a host: it and all below it are listed. "p" and a host: paths on it are listed; the
 * value holds their lengths, 16 bits each, longest first. "u", a host and a path: so is this path.
 * All in the form that url_parse gives a host, and hostmap_path a path. "" has the header, as text:
 * "cordon-feed 1 ENTRIES UNIX-SECONDS". */
#ifndef CORDON_FEED_H
#define CORDON_FEED_H

#include <glib.h>

#include "url.h"

typedef struct feed Feed;

/* Maps a compiled feed. NULL and CONFIG if it is none, is cut off or empty. */
Feed *feed_open(const char *path, GError **error);
void feed_free(Feed *feed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Feed, feed_free)

guint64 feed_entries(const Feed *feed);
gint64 feed_time(const Feed *feed); /* when it was compiled, Unix seconds */

/* Is the host of an address, one above it, or the address by its path in it? */
gboolean feed_holds(Feed *feed, const Url *url);

/* X(identifier, name) */
#define FEED_FORMATS(X)                                                                            \
  X(AUTO, "auto")   /* each line by its looks */                                                   \
  X(PLAIN, "plain") /* a host or URL a line */                                                     \
  X(HOSTS, "hosts") /* of /etc/hosts: a number, then names */                                      \
  X(RPZ, "rpz")     /* of a response policy zone: names with CNAME */

typedef enum feed_format {
#define X(id, name) FEED_##id,
  FEED_FORMATS(X)
#undef X
} FeedFormat;

typedef struct feed_source {
  FeedFormat format;
  char **own_domains; /* these and what is below them are left out, NULL-ended */
  guint64 fewest;     /* entries that there must be at least */
} FeedSource;

typedef struct feed_count {
  guint64 entries, twice, own, unread; /* taken; there already; own domains; lines of no meaning */
  char *unread_at; /* "feed.txt:12: …", the first of them, or NULL; new string */
} FeedCount;

/* Compiles files to `path`, which is replaced at once when all is well, or else stays. -1 and
 * error: DATA when a file cannot be read or too little is left of it (fewer than `fewest`, none, or
 * less than half of its lines mean anything), TEMP when it cannot be written. */
int feed_compile(char **files, const FeedSource *source, const char *path, FeedCount *counts,
                 GError **error);

#endif
