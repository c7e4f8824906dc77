/* hostmap.h - from hosts, and paths on them, to whatever was put there for them.
 *
 * A host stands for itself and all below it. A "*" in the first label stands for any run within it:
 * "*-my.sharepoint.com", "mta*.example". A path is a prefix in which "*" is any run, compared with
 * path, query and fragment of an address, percent-escapes undone, case ignored. The most specific
 * wins: more labels, then the longer path, then a host without "*". Looking up costs one hash a
 * label of the host, and the patterns that stand at those names. */
#ifndef CORDON_POLICY_HOSTMAP_H
#define CORDON_POLICY_HOSTMAP_H

#include <glib.h>

#include "url.h"

typedef struct hostmap HostMap;

typedef enum host_form {
  HOST_ALONE,    /* "drive.google.com" */
  HOST_AND_PATH, /* "docs.google.com/document/" */
  HOST_OR_URL,   /* either, with or without a scheme, which is ignored */
} HostForm;

HostMap *hostmap_new(void);
void hostmap_free(HostMap *map); /* values are not freed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HostMap, hostmap_free)

/* Puts a value, not NULL, at a pattern. NULL, or what is wrong with the pattern ("...; what would
 * be right", static). If something is there already nothing changes and *already is it. */
const char *hostmap_add(HostMap *map, const char *pattern, HostForm form, void *value,
                        void **already);

/* The value for an address, or NULL. */
void *hostmap_find(const HostMap *map, const Url *url);

unsigned hostmap_count(const HostMap *map);

/* Calls `each` with every name that something stands at: "example.com" for "example.com" and for
 * "*-x.example.com/path". A host that is found here is that name or below it. The map's own. */
void hostmap_each_name(const HostMap *map, void (*each)(const char *name, void *data), void *data);

/* Path, query and fragment of an address as paths are compared with: percent-escapes and case
 * undone, "/" if it has none. New string. */
char *hostmap_path(const Url *url);

/* Does text begin with what the pattern says ("*" is any run)? Case is ignored. */
gboolean glob_prefix(const char *pattern, const char *text);

/* Is host this suffix, or below it? Both lower case, without a dot at either end. */
gboolean host_is_under(const char *host, const char *suffix);

#endif
