/* events.h - the gateway's events as the command reads them: lines of its events file. */
#ifndef CORDON_CTL_EVENTS_H
#define CORDON_CTL_EVENTS_H

#include <glib.h>

#include "settings.h"

/* Where they are; new string. */
char *events_path(const Settings *settings);

/* Calls `each` with every line, in their order. -1: they cannot be read, told on standard error. */
int events_each(const Settings *settings, void (*each)(const char *line, void *data), void *data);

/* Unix seconds, or 0. */
gint64 event_time(const char *line);

/* Is it about the message with that code (ref_canonical)? */
gboolean event_is_of(const char *line, const char *code);

/* Is it about a later delivery of a message's original (cordon exceptions deliver)? */
gboolean event_is_delivery(const char *line);

/* Names of the exceptions by which the message came through; none: empty. */
char **event_exceptions(const char *line);

/* The last one about the message with that code as it came, as it stands there; NULL: none. New
 * string. */
char *event_find(const Settings *settings, const char *code);

#endif
