/* watch.h - tells when files of the rules or signatures have changed (inotify). */
#ifndef CORDON_WATCH_H
#define CORDON_WATCH_H

#include <glib.h>

typedef struct watch Watch;

/* NULL where the kernel has no inotify to give. */
Watch *watch_new(void);
void watch_free(Watch *watch);

int watch_fd(const Watch *watch); /* to poll; -1 for NULL */

/* Watches what is there now: files in .conf and .txt of the rules folder, services and lists, and
 * all but temporary files of the folder of signatures ("" for none). Again after each load: folders
 * come and go. */
void watch_add(Watch *watch, const char *rules, const char *signatures);

/* Reads what there is to read. TRUE if something has changed that a reload would see. */
gboolean watch_read(Watch *watch);

#endif
