#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define LOG_LINE_MAX 1000

static struct {
  gboolean syslog;
  LogLevel level;
  char program[32];
} log_state = {FALSE, LOG_LEVEL_INFO, "cordon"};

void
log_open(const char *program, const char *target, LogLevel level)
{
  g_strlcpy(log_state.program, program, sizeof log_state.program);
  log_state.level = level;
  log_state.syslog = g_strcmp0(target, "syslog") == 0;
  if (log_state.syslog)
    openlog(log_state.program, LOG_PID, LOG_MAIL);
}

/* Characters that could end a line, move the cursor or turn the direction of a terminal. */
static gboolean
is_unsafe(gunichar c)
{
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

char *
log_escape(const char *text, gssize len, size_t max)
{
  size_t left = len < 0 ? strlen(text) : (size_t)len;
  GString *out = g_string_sized_new(MIN(left, max) + 16);

  while (left > 0 && out->len < max) {
    gunichar c = g_utf8_get_char_validated(text, (gssize)left);
    size_t bytes = 1;

    if (c != (gunichar)-1 && c != (gunichar)-2 && c != 0)
      bytes = (size_t)g_unichar_to_utf8(c, NULL);
    else
      c = 0;
    if (c != 0 && !is_unsafe(c))
      g_string_append_len(out, text, (gssize)bytes);
    else
      for (size_t i = 0; i < bytes; i++)
        g_string_append_printf(out, "\\x%02X", (unsigned char)text[i]);
    text += bytes;
    left -= bytes;
  }
  if (left > 0)
    g_string_append(out, "…");
  return g_string_free(out, FALSE);
}

static int
syslog_priority(LogLevel level)
{
  static const int priority[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};

  return priority[level];
}

void
log_line(LogLevel level, const char *queue_id, const char *format, ...)
{
  g_autofree char *raw = NULL, *text = NULL, *line = NULL;
  gboolean with_id = queue_id != NULL && *queue_id != '\0';
  va_list args;

  if (level > log_state.level)
    return;
  va_start(args, format);
  raw = g_strdup_vprintf(format, args);
  va_end(args);
  text = log_escape(raw, -1, LOG_LINE_MAX);
  if (with_id) {
    g_autofree char *id = log_escape(queue_id, -1, 64);
    line = g_strconcat(id, ": ", text, NULL);
  } else {
    line = g_steal_pointer(&text);
  }
  if (log_state.syslog)
    syslog(syslog_priority(level), "%s", line);
  else
    fprintf(stderr, "%s[%d]: %s\n", log_state.program, (int)getpid(), line);
}
