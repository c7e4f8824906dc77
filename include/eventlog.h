/* eventlog.h - a file of lines, appended to whole or not at all. Thread-safe, and safe against
 * other processes that append in the same way. */
#ifndef CORDON_EVENTLOG_H
#define CORDON_EVENTLOG_H

#include <glib.h>

typedef struct event_log EventLog;

/* Opens or makes the file (mode 0640) and drops a line that was cut off by a crash: nobody was
 * told that it was written. */
EventLog *event_log_open(const char *path, GError **error);
void event_log_close(EventLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventLog, event_log_close)

/* Appends `line`, which ends in its only line end (SOFTWARE otherwise), with one write(2). What
 * was written of it is taken back if it cannot all be (TEMP). `sync`: on disk when this returns.
 * A file that was renamed away (log rotation) is opened anew under its name. */
int event_log_append(EventLog *log, const char *line, size_t len, gboolean sync, GError **error);

#endif
