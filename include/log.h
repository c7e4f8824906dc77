/* log.h - the log: one line a thing, to standard error or syslog. A line about a message starts
 * with its queue id. Control characters, invalid UTF-8 and bidi controls are written as \xNN, and
 * lines are cut at 1,000 bytes, so mail can never write the log (THREATS G-050). */
#ifndef CORDON_LOG_H
#define CORDON_LOG_H

#include <glib.h>

typedef enum log_level {
  LOG_LEVEL_ERROR,
  LOG_LEVEL_WARNING,
  LOG_LEVEL_INFO,
  LOG_LEVEL_DEBUG
} LogLevel;

/* target: "stderr" or "syslog". Thread-safe after this. */
void log_open(const char *program, const char *target, LogLevel level);

void log_line(LogLevel level, const char *queue_id, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* A printable copy for logs and terminals. New string. */
char *log_escape(const char *text, gssize len, size_t max);

#endif
