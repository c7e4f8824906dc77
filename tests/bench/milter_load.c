/* milter-load: plays a folder of mails over N connections against any milter, as an MTA would, and
 * prints one JSON line: messages, seconds, CPU seconds and proportional memory of the milter's
 * processes. Speaks version 6 of the protocol (sendmail's libmilter/docs, Postfix's MILTER_README):
 * a step that the milter negotiated away is not sent, a step without reply is not waited for, and
 * what need not be waited for goes out in one write. */
#include <glib.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#define CHUNK     65535
#define ALL_STEPS 0x1FFFFFu

/* What a milter may negotiate, for each step: "do not send" and "no reply". */
static const struct step {
  char command;
  guint32 skip, no_reply;
} steps[] = {{'C', 0x01, 0x1000},  {'H', 0x02, 0x2000},   {'M', 0x04, 0x4000},
             {'R', 0x08, 0x8000},  {'T', 0x200, 0x10000}, {'L', 0x20, 0x80},
             {'N', 0x40, 0x40000}, {'B', 0x10, 0x80000}};

typedef struct mail {
  GBytes *file;
  GPtrArray *headers; /* name, value, name, value … */
  const char *body;
  size_t body_len;
} Mail;

typedef struct load {
  char *socket;
  GPtrArray *mails;
  guint total;
  gint next;
  GMutex lock;
  guint64 outcomes[256]; /* by final reply */
  guint64 changes;
} Load;

typedef struct peer {
  int fd;
  guint32 protocol;
  GByteArray *out;
  GByteArray *in;
} Peer;

static void
die(const char *what)
{
  fprintf(stderr, "milter-load: %s: %s\n", what, g_strerror(errno));
  exit(EX_UNAVAILABLE);
}

static char *
crlf_to_lf(const char *text, size_t len)
{
  GString *out = g_string_sized_new(len);

  for (size_t i = 0; i < len; i++)
    if (text[i] != '\r')
      g_string_append_c(out, text[i]);
  return g_string_free(out, FALSE);
}

/* Header into name and value as libmilter gets them: folds with LF, the blank after the colon kept.
 */
static void
add_header(Mail *mail, const char *start, const char *end)
{
  const char *colon = memchr(start, ':', (size_t)(end - start));

  while (end > start && (end[-1] == '\n' || end[-1] == '\r'))
    end--;
  if (colon == NULL || colon >= end)
    return;
  g_ptr_array_add(mail->headers, g_strndup(start, (gsize)(colon - start)));
  g_ptr_array_add(mail->headers, crlf_to_lf(colon + 1, (size_t)(end - colon - 1)));
}

static const char *
next_line(const char *at, const char *end)
{
  const char *lf = memchr(at, '\n', (size_t)(end - at));

  return lf != NULL ? lf + 1 : end;
}

/* The body with CRLF, as every MTA gives it. */
static void
set_body(Mail *mail, const char *at, const char *end)
{
  GString *body = g_string_sized_new((gsize)(end - at) + 1024);

  for (; at < end; at++) {
    if (*at == '\n' && (body->len == 0 || body->str[body->len - 1] != '\r'))
      g_string_append_c(body, '\r');
    g_string_append_c(body, *at);
  }
  mail->body_len = body->len;
  mail->body = g_string_free(body, FALSE);
}

static Mail *
mail_read(const char *path)
{
  char *data;
  gsize len;
  Mail *mail;
  const char *at, *end;

  if (!g_file_get_contents(path, &data, &len, NULL))
    return NULL;
  mail = g_new0(Mail, 1);
  mail->file = g_bytes_new_take(data, len);
  mail->headers = g_ptr_array_new();
  at = data;
  end = data + len;
  if (g_str_has_prefix(data, "From "))
    at = next_line(at, end);
  while (at < end && *at != '\n' && *at != '\r') {
    const char *start = at;
    at = next_line(at, end);
    while (at < end && (*at == ' ' || *at == '\t'))
      at = next_line(at, end);
    add_header(mail, start, at);
  }
  set_body(mail, at < end ? next_line(at, end) : end, end);
  return mail;
}

static void
read_folder(GPtrArray *mails, const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;
  Mail *mail;

  if (dir == NULL) {
    mail = mail_read(path);
    if (mail != NULL)
      g_ptr_array_add(mails, mail);
    return;
  }
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *below = g_build_filename(path, name, NULL);
    if (*name != '.' && *name != '_')
      read_folder(mails, below);
  }
}

static int
dial(const char *where)
{
  int fd = -1;

  if (g_str_has_prefix(where, "inet:")) {
    g_auto(GStrv) pair = g_strsplit(where + 5, "@", 2);
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((guint16)atoi(pair[0]))};
    inet_pton(AF_INET, pair[1] != NULL ? pair[1] : "127.0.0.1", &in.sin_addr);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&in, sizeof in) != 0)
      die(where);
    return fd;
  }
  struct sockaddr_un un = {.sun_family = AF_UNIX};
  const char *path = g_str_has_prefix(where, "unix:") ? where + 5 : where;
  g_strlcpy(un.sun_path, path, sizeof un.sun_path);
  fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&un, sizeof un) != 0)
    die(path);
  return fd;
}

static void
put_packet(Peer *peer, char command, const void *data, size_t len)
{
  guint32 size = g_htonl((guint32)len + 1);

  g_byte_array_append(peer->out, (const guint8 *)&size, 4);
  g_byte_array_append(peer->out, (const guint8 *)&command, 1);
  g_byte_array_append(peer->out, data, (guint)len);
}

static void
flush(Peer *peer)
{
  size_t done = 0;

  while (done < peer->out->len) {
    ssize_t n = write(peer->fd, peer->out->data + done, peer->out->len - done);
    if (n <= 0)
      die("write");
    done += (size_t)n;
  }
  g_byte_array_set_size(peer->out, 0);
}

static void
read_all(int fd, void *to, size_t len)
{
  for (size_t done = 0; done < len;) {
    ssize_t n = read(fd, (char *)to + done, len - done);
    if (n <= 0)
      die("the milter closed the connection");
    done += (size_t)n;
  }
}

static char
read_packet(Peer *peer)
{
  guint32 size;

  read_all(peer->fd, &size, 4);
  size = g_ntohl(size);
  if (size == 0 || size > (64 << 20))
    die("packet size");
  g_byte_array_set_size(peer->in, size);
  read_all(peer->fd, peer->in->data, size);
  return (char)peer->in->data[0];
}

static void
negotiate(Peer *peer)
{
  guint32 words[3] = {g_htonl(6), g_htonl(0x1FF), g_htonl(ALL_STEPS)};

  put_packet(peer, 'O', words, sizeof words);
  flush(peer);
  if (read_packet(peer) != 'O' || peer->in->len < 13)
    die("negotiation");
  memcpy(words, peer->in->data + 1, sizeof words);
  peer->protocol = g_ntohl(words[2]);
}

static void
step(Peer *peer, char command, const void *data, size_t len)
{
  for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
    if (steps[i].command != command)
      continue;
    if (peer->protocol & steps[i].skip)
      return;
    put_packet(peer, command, data, len);
    if (peer->protocol & steps[i].no_reply)
      return;
    flush(peer);
    if (read_packet(peer) != 'c')
      die("a step was not answered with continue");
    return;
  }
}

static void
macros(Peer *peer, char command, const char *const *pairs)
{
  GString *data = g_string_new(NULL);

  g_string_append_c(data, command);
  for (; *pairs != NULL; pairs++)
    g_string_append_len(data, *pairs, (gssize)strlen(*pairs) + 1);
  put_packet(peer, 'D', data->str, data->len);
  g_string_free(data, TRUE);
}

static void
play_headers(Peer *peer, const Mail *mail)
{
  for (guint i = 0; i + 1 < mail->headers->len; i += 2) {
    GString *data = g_string_new(g_ptr_array_index(mail->headers, i));
    const char *value = g_ptr_array_index(mail->headers, i + 1);

    g_string_append_c(data, '\0');
    if (!(peer->protocol & 0x100000) && *value == ' ')
      value++;
    g_string_append_len(data, value, (gssize)strlen(value) + 1);
    step(peer, 'L', data->str, data->len);
    g_string_free(data, TRUE);
  }
}

static char
end_of_message(Load *load, Peer *peer)
{
  guint64 changes = 0;
  char reply;

  put_packet(peer, 'E', NULL, 0);
  flush(peer);
  while (strchr("+-2hilmbqpe", reply = read_packet(peer)) != NULL)
    changes += reply != 'p';
  g_mutex_lock(&load->lock);
  load->changes += changes;
  load->outcomes[(guchar)reply]++;
  g_mutex_unlock(&load->lock);
  return reply;
}

static void
play(Load *load, Peer *peer, const Mail *mail, guint number)
{
  static const char sender[] = "<sender@outside.example>", rcpt[] = "<clerk@dept.example>";
  g_autofree char *id = g_strdup_printf("B%08X", number);
  const char *const queue_id[] = {"i", id, NULL};

  step(peer, 'M', sender, sizeof sender);
  step(peer, 'R', rcpt, sizeof rcpt);
  step(peer, 'T', NULL, 0);
  play_headers(peer, mail);
  step(peer, 'N', NULL, 0);
  for (size_t at = 0; at < mail->body_len; at += CHUNK)
    step(peer, 'B', mail->body + at, MIN(CHUNK, mail->body_len - at));
  macros(peer, 'E', queue_id);
  end_of_message(load, peer);
}

static gpointer
run_connection(gpointer data)
{
  static const char host[] = "client.example\0"
                             "4\0\x19"
                             "127.0.0.1";
  Load *load = data;
  Peer peer = {dial(load->socket), 0, g_byte_array_new(), g_byte_array_new()};
  guint number;

  negotiate(&peer);
  step(&peer, 'C', host, sizeof host);
  step(&peer, 'H', "client.example", sizeof "client.example");
  while ((number = (guint)g_atomic_int_add(&load->next, 1)) < load->total)
    play(load, &peer, g_ptr_array_index(load->mails, number % load->mails->len), number);
  put_packet(&peer, 'Q', NULL, 0);
  flush(&peer);
  close(peer.fd);
  return NULL;
}

/* --- what the milter's processes took: Linux /proc --- */

typedef struct usage {
  double cpu;
  guint64 pss_kb;
} Usage;

static gboolean
stat_of(int pid, int *parent, double *cpu)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  unsigned long u, s;
  long cu, cs;
  const char *after;

  if (!g_file_get_contents(path, &text, NULL, NULL) || (after = strrchr(text, ')')) == NULL ||
      sscanf(after + 2, "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", parent, &u,
             &s, &cu, &cs) != 5)
    return FALSE;
  *cpu = (double)(u + s + (unsigned long)cu + (unsigned long)cs) / (double)sysconf(_SC_CLK_TCK);
  return TRUE;
}

static gboolean
descends_from(int pid, int root)
{
  double cpu;

  for (int depth = 0; depth < 16 && pid > 1; depth++) {
    if (pid == root)
      return TRUE;
    if (!stat_of(pid, &pid, &cpu))
      return FALSE;
  }
  return FALSE;
}

static guint64
pss_of(int pid)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/smaps_rollup", pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents(path, &text, NULL, NULL) || (line = strstr(text, "\nPss:")) == NULL)
    return 0;
  return g_ascii_strtoull(line + 5, NULL, 10);
}

static Usage
usage_of(int root)
{
  Usage usage = {0};
  g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
  const char *name;
  int parent;
  double cpu;

  while (root > 0 && proc != NULL && (name = g_dir_read_name(proc)) != NULL) {
    int pid = atoi(name);
    if (pid <= 0 || !descends_from(pid, root) || !stat_of(pid, &parent, &cpu))
      continue;
    usage.cpu += cpu;
    usage.pss_kb += pss_of(pid);
  }
  return usage;
}

static void
print_result(const Load *load, double seconds, Usage before, Usage after)
{
  printf("{\"messages\":%u,\"seconds\":%.3f,\"per_second\":%.1f,\"cpu_ms_each\":%.4f,"
         "\"pss_kb\":%" G_GUINT64_FORMAT ",\"changes\":%" G_GUINT64_FORMAT ",\"replies\":{",
         load->total, seconds, load->total / seconds, 1000 * (after.cpu - before.cpu) / load->total,
         after.pss_kb, load->changes);
  for (int c = 0, first = 1; c < 256; c++)
    if (load->outcomes[c] > 0) {
      printf("%s\"%c\":%" G_GUINT64_FORMAT, first ? "" : ",", c, load->outcomes[c]);
      first = 0;
    }
  printf("}}\n");
}

int
main(int argc, char **argv)
{
  int connections = 4, rounds = 1, pid = 0, messages = 0;
  const GOptionEntry entries[] = {
      {"connections", 'n', 0, G_OPTION_ARG_INT, &connections, "Connections at once", "N"},
      {"rounds", 'r', 0, G_OPTION_ARG_INT, &rounds, "Times the folder is played", "N"},
      {"messages", 'm', 0, G_OPTION_ARG_INT, &messages, "Messages in all, instead of rounds", "N"},
      {"pid", 'p', 0, G_OPTION_ARG_INT, &pid, "The milter's first process", "PID"},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GOptionContext) context = g_option_context_new("SOCKET FOLDER…");
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) threads = g_ptr_array_new();
  Load load = {0};

  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error) || argc < 3) {
    fprintf(stderr, "milter-load: %s\n", error != NULL ? error->message : "SOCKET FOLDER… missing");
    return EX_USAGE;
  }
  load.socket = argv[1];
  load.mails = g_ptr_array_new();
  for (int i = 2; i < argc; i++)
    read_folder(load.mails, argv[i]);
  load.total = messages > 0 ? (guint)messages : load.mails->len * (guint)rounds;
  if (load.total == 0 || load.mails->len == 0) {
    fprintf(stderr, "milter-load: no mails found\n");
    return EX_NOINPUT;
  }
  Usage before = usage_of(pid);
  gint64 start = g_get_monotonic_time();
  for (int i = 0; i < connections; i++)
    g_ptr_array_add(threads, g_thread_new("connection", run_connection, &load));
  for (guint i = 0; i < threads->len; i++)
    g_thread_join(g_ptr_array_index(threads, i));
  print_result(&load, (double)(g_get_monotonic_time() - start) / 1e6, before, usage_of(pid));
  return EX_OK;
}
