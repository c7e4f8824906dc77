/* services.h - which service an address belongs to, from rules/services/. */
#ifndef CORDON_POLICY_SERVICES_H
#define CORDON_POLICY_SERVICES_H

#include <glib.h>

#include "problems.h"
#include "settings.h"
#include "url.h"

/* What an address does there, told by its path. */
typedef enum service_way {
  WAY_SHARE,    /* what a share button opens: a form that hands a text on to nobody in particular */
  WAY_UPLOAD,   /* a page that asks whoever opens it to send files in */
  WAY_DOWNLOAD, /* a file itself, without a page of the service in between */
  SERVICE_WAYS
} ServiceWay;

typedef struct service {
  char *id;
  char *titles[LANGS]; /* "Google Drive"; the English one where a language has no other */
  char *names[LANGS];  /* as marks have them: "OneDrive for Business" of "OneDrive for Business
                          (SharePoint personal site)"; all NULL where the title lists several */
  char *class_name;    /* "cloud-storage" */
  const char *file;    /* interned */
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

/* Is an address or a mail domain of any service at this host or below it? */
gboolean services_reach_below(const Services *services, const char *host);

/* Is it an address of that kind, of any service? */
gboolean services_has_way(const Services *services, const Url *url, ServiceWay way);

/* Calls `each` with every service, in order of files and lines. */
void services_each(const Services *services, void (*each)(const Service *service, void *data),
                   void *data);

unsigned services_count(const Services *services);

/* Sorted, NULL-ended; the services' own. */
const char *const *services_ids(const Services *services);
const char *const *services_classes(const Services *services);

/* Some of the files could not be read: a name that is missing may be in what was not read. */
gboolean services_broken(const Services *services);

#endif
