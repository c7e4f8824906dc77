/* services.h - which service an address belongs to, from rules/services/. */
#ifndef CORDON_POLICY_SERVICES_H
#define CORDON_POLICY_SERVICES_H

#include <glib.h>

#include "problems.h"
#include "url.h"

typedef struct service {
  char *id;
  char *title;      /* "Google Drive" */
  char *class_name; /* "cloud-storage" */
  const char *file; /* interned */
  unsigned line;
} Service;

typedef struct services Services;

/* Reads DIR/services/ *.conf in order of name. Never NULL. */
Services *services_read(const char *dir, GChecksum *checksum, Problems *problems);
void services_free(Services *services);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Services, services_free)

/* The most specific service for an address: of a mail address by its domain, else by app scheme,
 * else by host and path. NULL if none. */
const Service *services_find(const Services *services, const Url *url);

/* Calls `each` with every host of every service, "drive.google.com", also with those of paths. */
void services_each_host(const Services *services,
                        void (*each)(const char *host, const Service *service, void *data),
                        void *data);

/* By id; NULL if there is none. */
const Service *services_named(const Services *services, const char *id);

/* Is an address or a mail domain of any service at this host or below it? Reads them all. */
gboolean services_reach_below(const Services *services, const char *host);

/* Is it what a share button opens: a form that hands a text on to nobody in particular? */
gboolean services_is_share(const Services *services, const Url *url);

unsigned services_count(const Services *services);

/* Sorted, NULL-ended; the services' own. */
const char *const *services_ids(const Services *services);
const char *const *services_classes(const Services *services);

/* Some of the files could not be read: a name that is missing may be in what was not read. */
gboolean services_broken(const Services *services);

#endif
