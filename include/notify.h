/* notify.h - words to the service manager (sd_notify(3)), without its library. */
#ifndef CORDON_NOTIFY_H
#define CORDON_NOTIFY_H

#include <glib.h>

typedef struct notifier {
  char *address; /* of $NOTIFY_SOCKET; NULL without a service manager */
  gint64 watchdog_us; /* how often it wants to hear of us; 0: never */
} Notifier;

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID and takes them out of the environment, so
 * that no child knows them. Before threads are made. */
void notifier_init(Notifier *notifier);
void notifier_clear(Notifier *notifier);

/* One datagram: "READY=1\nSTATUS=…". Without a service manager, and when it does not listen:
 * nothing. */
void notify(const Notifier *notifier, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
