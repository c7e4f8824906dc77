/* lookalike.c - is a host made to be taken for another one?
 *
 * The names that may be imitated are taken apart once, into tables; a host is then looked up piece
 * by piece, so time goes with the length of the host and not with the number of names. Letters
 * of other scripts are first read as the ASCII ones that they look like (UTS 39).
 *
 *   runs    "drive-google-com" ─▶ drive.google.com: the whole name among the labels and hyphens of
 *           another host, wherever it does not end it: drive.google.com.evil.example,
 *           drive-google-com.evil.example, example-gov.hk
 *   words   "dropbox" ─▶ dropbox.com: one word of a label of several, dropbox-login.example
 *   folds   "paypal" ─▶ paypal.com: the registered label, with paypa1 and paypai made alike
 *   nears   "dropbx" ─▶ dropbox.com: the label with one letter less; two labels that have such a
 *           form in common differ by one letter that is put in, left out, changed or swapped
 *
 * Honest names come close to each other too. What keeps ordinary mail out (measured): a name must
 * be long for one of its letters to be wrong, the first letter is always right, words count for
 * chosen names only, and what is registered under any of the names is exempt. */
#include "lookalike.h"

#include <string.h>

#include "confusable.h"
#include "finding.h"
#include "hostmap.h"

/* Letters of a name: below these it is met by chance. There are hundreds of services, and some have
 * names such as archive, telegram or one letter from internet; those of imitated-names and
 * own-domains are chosen. */
#define NEAR_MIN         6 /* one of which may be wrong */
#define SERVICE_NEAR_MIN 9
#define FOLD_MIN         4
#define SERVICE_FOLD_MIN 5
#define WORD_MIN         4
#define LABEL_MIN        3 /* where letters of another script are in it */

/* A label of a host, and its NUL. */
#define LABEL_SIZE 64

/* Pieces of a host that are looked at, from its end, and of a name. */
#define PIECES     48
#define RUN_PIECES 6

typedef struct name {
  char *host;   /* "drive.google.com" */
  char *domain; /* "google.com" */
  char *label;  /* "google" */
  gboolean own;
  gboolean known; /* one of imitated-names */
} Name;

struct lookalikes {
  GPtrArray *names;    /* Name * */
  GHashTable *domains; /* registrable domains that are what they seem; char *, a set */
  GHashTable *heads;   /* first pieces of all runs; char *, a set */
  GHashTable *labels;  /* "google" ─▶ google.com, as are the rest: char * ─▶ Name * */
  GHashTable *runs, *words, *folds, *nears, *squeezed;
};

static void
name_free(void *data)
{
  Name *name = data;
  g_free(name->host);
  g_free(name->domain);
  g_free(name->label);
  g_free(name);
}

static GHashTable *
table_new(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
table_put(GHashTable *table, char *key, const Name *name)
{
  if (g_hash_table_contains(table, key))
    g_free(key);
  else
    g_hash_table_insert(table, key, (void *)name);
}

/* --- making the tables --- */

static void
put_run(Lookalikes *all, const char *host, const Name *name)
{
  char *key = g_strdelimit(g_strdup(host), ".", '-');
  g_hash_table_add(all->heads, g_strndup(key, strcspn(key, "-")));
  table_put(all->runs, key, name);
}

/* The label with each of its letters, but the first, left out; and the label itself. */
static void
put_nears(Lookalikes *all, const Name *name)
{
  size_t len = strlen(name->label);
  if (len >= LABEL_SIZE - 1)
    return;
  table_put(all->nears, g_strdup(name->label), name);
  for (size_t i = 1; i < len; i++)
    table_put(all->nears, g_strdup_printf("%.*s%s", (int)i, name->label, name->label + i + 1),
              name);
}

static gboolean
is_government(const char *suffix)
{
  return g_str_has_prefix(suffix, "gov.") || g_str_has_prefix(suffix, "gob.") ||
         g_str_has_prefix(suffix, "gouv.") || g_str_has_prefix(suffix, "go.");
}

static Name *
name_new(Lookalikes *all, const char *host, gboolean own, gboolean known)
{
  Name *name = g_new0(Name, 1);
  name->host = g_strdup(host);
  name->domain = url_domain(host);
  name->label = g_strndup(name->domain, strcspn(name->domain, "."));
  name->own = own;
  name->known = known;
  g_ptr_array_add(all->names, name);
  return name;
}

/* "example", "examplegov", "examplegovhk" for example.gov.hk. */
static void
put_squeezed(Lookalikes *all, const Name *name)
{
  g_auto(GStrv) labels = g_strsplit(name->domain, ".", -1);
  GString *key = g_string_new(NULL);
  for (char **label = labels; *label; label++) {
    g_string_append(key, *label);
    if (label > labels || key->len >= NEAR_MIN)
      table_put(all->squeezed, g_strdup(key->str), name);
  }
  g_string_free(key, TRUE);
}

static void
put_words(Lookalikes *all, const Name *name)
{
  size_t len = strlen(name->label);
  gboolean chosen = name->own || name->known;
  if (len >= LABEL_MIN)
    table_put(all->labels, g_strdup(name->label), name);
  if (len >= (chosen ? FOLD_MIN : SERVICE_FOLD_MIN))
    table_put(all->folds, confusable_fold(name->label, len), name);
  if (chosen && len >= WORD_MIN && !strchr(name->label, '-'))
    table_put(all->words, g_strdup(name->label), name);
  if (len >= (chosen ? NEAR_MIN : SERVICE_NEAR_MIN))
    put_nears(all, name);
}

static void
put_name(Lookalikes *all, const char *host, gboolean own, gboolean known)
{
  Name *name = name_new(all, host, own, known);
  const char *suffix = name->domain + strlen(name->label);
  g_hash_table_add(all->domains, g_strdup(name->domain));
  put_run(all, name->host, name);
  if (strcmp(name->host, name->domain) != 0)
    put_run(all, name->domain, name_new(all, name->domain, own, known));
  put_words(all, name);
  if (!own)
    return;
  put_squeezed(all, name);
  if (*suffix == '.' && strchr(suffix + 1, '.') && is_government(suffix + 1))
    put_run(all, suffix + 1, name_new(all, suffix + 1, TRUE, FALSE));
}

/* A shortener's name tells nobody anything, so nobody takes on its looks. */
static void
put_service_host(const char *host, const Service *service, void *data)
{
  Lookalikes *all = data;
  if (strcmp(service->class_name, "shortener") == 0)
    g_hash_table_add(all->domains, url_domain(host));
  else
    put_name(all, host, FALSE, FALSE);
}

/* Registered by those whose names are in them. */
static const char *const honest[] = {
    "amazon-adsystem.com",      "amazon-corp.com",      "apple-cloudkit.com",
    "apple-mapkit.com",         "cdn-apple.com",        "dropbox-dns.com",
    "dropbox-mail.com",         "google-analytics.com", "images-amazon.com",
    "linkedin-ei.com",          "media-amazon.com",     "microsoft-falcon.io",
    "paypal-communication.com", "paypal-corp.com",      "paypal-customerfeedback.com",
    "paypal-information.com",   "paypal-marketing.com", "paypal-search.com",
    "paypal-techsupport.com",   "paypalobjects.com",    "s-microsoft.com",
    "ssl-images-amazon.com",    "yahoo-inc.com",
};

Lookalikes *
lookalikes_new(const Services *services, const Settings *settings)
{
  Lookalikes *all = g_new0(Lookalikes, 1);
  all->names = g_ptr_array_new_with_free_func(name_free);
  all->domains = table_new();
  all->heads = table_new();
  all->labels = table_new();
  all->runs = table_new();
  all->words = table_new();
  all->folds = table_new();
  all->nears = table_new();
  all->squeezed = table_new();
  for (guint i = 0; i < G_N_ELEMENTS(honest); i++)
    g_hash_table_add(all->domains, g_strdup(honest[i]));
  for (char **own = settings->own_domains; own && *own; own++)
    put_name(all, *own, TRUE, FALSE);
  for (char **known = settings->imitated_names; known && *known; known++)
    put_name(all, *known, FALSE, TRUE);
  services_each_host(services, put_service_host, all);
  return all;
}

void
lookalikes_free(Lookalikes *all)
{
  if (!all)
    return;
  g_hash_table_unref(all->squeezed);
  g_hash_table_unref(all->nears);
  g_hash_table_unref(all->folds);
  g_hash_table_unref(all->words);
  g_hash_table_unref(all->runs);
  g_hash_table_unref(all->labels);
  g_hash_table_unref(all->heads);
  g_hash_table_unref(all->domains);
  g_ptr_array_unref(all->names);
  g_free(all);
}

/* --- a host taken apart --- */

typedef struct piece {
  const char *text;
  size_t len;
  gboolean dot; /* a dot stands before it, or nothing; else a hyphen */
} Piece;

typedef struct candidate {
  const char *host;   /* as it looks: ASCII */
  const char *domain; /* the end of host that is registered */
  char *label;        /* the label that was registered; owned */
  Piece pieces[PIECES];
  guint n;
  guint registered; /* the first piece of domain */
} Candidate;

static void
candidate_cut(Candidate *c)
{
  const char *end = c->host + strlen(c->host), *p = end;
  Piece pieces[PIECES];
  guint n = 0;
  while (p > c->host && n < PIECES) {
    const char *start = p;
    while (start > c->host && start[-1] != '.' && start[-1] != '-')
      start--;
    pieces[n++] = (Piece){start, (size_t)(p - start), start == c->host || start[-1] == '.'};
    p = start > c->host ? start - 1 : start;
  }
  for (guint i = 0; i < n; i++)
    c->pieces[i] = pieces[n - 1 - i];
  c->n = n;
  c->registered = n;
  while (c->registered > 0 && c->pieces[c->registered - 1].text >= c->domain)
    c->registered--;
}

/* All of its labels, and none in part. */
static gboolean
is_dotted(const Candidate *c, guint first, guint n)
{
  for (guint i = first; i < first + n; i++)
    if (!c->pieces[i].dot)
      return FALSE;
  return first + n == c->n || c->pieces[first + n].dot;
}

static guint
pieces_in(const char *host)
{
  guint n = 1;
  for (; *host; host++)
    n += *host == '.' || *host == '-';
  return n;
}

/* Is the run what the host really is? "google.com" in www.google.com.hk; "ups.com" in
 * push-ups.com, which is somebody else's honest name; s3-eu-1.amazonaws.com for s3.eu-1... */
static gboolean
is_real(const Candidate *c, guint first, guint n, const Name *name)
{
  gboolean last = first + n == c->n;
  if (is_dotted(c, first, n))
    return last || first + n >= c->registered + pieces_in(name->domain);
  if (!last || name->own || is_government(name->host))
    return FALSE;
  return is_dotted(c, first + 1, n - 1) || (!name->known && is_dotted(c, c->n - 2, 2));
}

/* Two letters and a hyphen are met by chance; not so where dots stand between. */
static gboolean
is_telling(const Name *name, gboolean dotted)
{
  size_t len = strlen(name->label);
  if (name->own || name->known)
    return dotted || len >= 3;
  return len >= (dotted ? 2 : SERVICE_FOLD_MIN);
}

static const Name *
run_at(const Lookalikes *all, const Candidate *c, guint first)
{
  const Name *found = NULL;
  g_autofree char *head = g_strndup(c->pieces[first].text, c->pieces[first].len);
  if (!g_hash_table_contains(all->heads, head))
    return NULL;
  for (guint n = 2; n <= RUN_PIECES && first + n <= c->n; n++) {
    const Piece *last = &c->pieces[first + n - 1];
    g_autofree char *key =
        g_strndup(c->pieces[first].text, (size_t)(last->text + last->len - c->pieces[first].text));
    const Name *name = g_hash_table_lookup(all->runs, g_strdelimit(key, ".", '-'));
    if (name && !is_real(c, first, n, name) && is_telling(name, is_dotted(c, first, n)))
      found = name;
  }
  return found;
}

static const Name *
find_run(const Lookalikes *all, const Candidate *c)
{
  for (guint first = 0; first + 1 < c->n; first++) {
    const Name *name = run_at(all, c, first);
    if (name)
      return name;
  }
  return NULL;
}

/* One word of a label with hyphens in it. */
static const Name *
find_word(const Lookalikes *all, const Candidate *c)
{
  for (guint i = 0; i < c->n; i++) {
    gboolean alone = c->pieces[i].dot && (i + 1 == c->n || c->pieces[i + 1].dot);
    g_autofree char *word = alone ? NULL : g_strndup(c->pieces[i].text, c->pieces[i].len);
    const Name *name = word ? g_hash_table_lookup(all->words, word) : NULL;
    if (name)
      return name;
  }
  return NULL;
}

static const Name *
find_fold(const Lookalikes *all, const Candidate *c)
{
  g_autofree char *fold = confusable_fold(c->label, strlen(c->label));
  const Name *name = g_hash_table_lookup(all->folds, fold);
  return name && strcmp(name->label, c->label) != 0 ? name : NULL;
}

/* One letter put in, left out, changed, or swapped with the next (optimal string alignment). */
static gboolean
is_near(const char *a, const char *b)
{
  size_t la = strlen(a), lb = strlen(b), i = 0, tail = 0;
  if (la > lb)
    return is_near(b, a);
  while (i < la && a[i] == b[i])
    i++;
  while (tail < la - i && a[la - 1 - tail] == b[lb - 1 - tail])
    tail++;
  size_t ra = la - i - tail, rb = lb - i - tail;
  return i > 0 && ((ra == 0 && rb == 1) || (ra == 1 && rb == 1) ||
                   (ra == 2 && rb == 2 && a[i] == b[i + 1] && a[i + 1] == b[i]));
}

static const Name *
near_by(const Lookalikes *all, const char *key, const char *label)
{
  const Name *name = g_hash_table_lookup(all->nears, key);
  return name && is_near(name->label, label) ? name : NULL;
}

static const Name *
find_near(const Lookalikes *all, const Candidate *c)
{
  char key[LABEL_SIZE];
  size_t len = strlen(c->label);
  if (len + 1 < NEAR_MIN || len >= LABEL_SIZE)
    return NULL;
  const Name *name = near_by(all, c->label, c->label);
  g_strlcpy(key, c->label + 1, sizeof key);
  for (size_t i = 1; i < len && !name; i++) {
    key[i - 1] = c->label[i - 1]; /* the label without its letter i */
    name = near_by(all, key, c->label);
  }
  return name;
}

/* "examplegovhk.example", "example-gov.example", "example.com" for example.gov.hk. */
static const Name *
find_squeezed(const Lookalikes *all, const Candidate *c)
{
  GString *squeezed = g_string_new(NULL);
  for (const char *p = c->label; *p; p++)
    if (*p != '-')
      g_string_append_c(squeezed, *p);
  const Name *name = g_hash_table_lookup(all->squeezed, squeezed->str);
  g_string_free(squeezed, TRUE);
  return name;
}

static const Name *
find_name(const Lookalikes *all, const Candidate *c)
{
  static const Name *(*const ways[])(const Lookalikes *, const Candidate *) = {
      find_squeezed, find_run, find_fold, find_near, find_word};
  const Name *name = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(ways) && !name; i++)
    name = ways[i](all, c);
  return name;
}

/* --- letters of other scripts --- */

/* The host as it is read, label by label; *scripts of the label with the most of them. */
static char *
host_shape(const char *display, unsigned *scripts)
{
  g_auto(GStrv) labels = g_strsplit(display, ".", -1);
  for (char **label = labels; *label; label++) {
    char *shape = confusable_shape(*label, strlen(*label));
    *scripts = MAX(*scripts, confusable_scripts(*label, strlen(*label)));
    if (!shape)
      continue;
    g_free(*label);
    *label = shape;
  }
  return g_strjoinv(".", labels);
}

static gboolean
is_ascii(const char *text)
{
  while (*text && (guchar)*text < 0x80)
    text++;
  return *text == '\0';
}

/* Under a top level domain of that script or of its countries it is a name like any other. */
static gboolean
is_at_home(const char *host)
{
  static const char *const home[] = {"ru", "su", "ua", "by", "bg", "rs", "mk",
                                     "kz", "kg", "mn", "tj", "gr", "cy", "am"};
  const char *tld = strrchr(host, '.');
  for (guint i = 0; tld && i < G_N_ELEMENTS(home); i++)
    if (strcmp(tld + 1, home[i]) == 0)
      return TRUE;
  return !tld || !is_ascii(tld);
}

/* A name in another script that reads as ASCII all the same, or that mixes scripts to do so. */
static gboolean
is_disguised(const Url *url, const char *shape, unsigned scripts)
{
  if (scripts == (CONFUSABLE_LATIN | CONFUSABLE_ALIKE))
    return TRUE;
  return scripts == CONFUSABLE_ALIKE && is_ascii(shape) && !is_at_home(url->display);
}

static void
candidate_clear(Candidate *c)
{
  g_free(c->label);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Candidate, candidate_clear)

static void
candidate_init(Candidate *c, const char *host, size_t domain_len)
{
  size_t len = strlen(host);
  memset(c, 0, sizeof *c);
  c->host = host;
  c->domain = host + len - MIN(len, domain_len);
  c->label = g_strndup(c->domain, strcspn(c->domain, "."));
  candidate_cut(c);
}

/* As many labels of the shape as the registered domain has. */
static size_t
domain_length(const char *shape, const char *domain)
{
  const char *p = shape + strlen(shape);
  size_t dots = 0;
  for (const char *d = domain; *d; d++)
    dots += *d == '.';
  while (p > shape && (p[-1] != '.' || dots > 0))
    dots -= *--p == '.';
  return strlen(p);
}

static BitSet
find_foreign(const Lookalikes *all, const Url *url, char **resembles)
{
  unsigned scripts = 0;
  g_autofree char *shape = host_shape(url->display, &scripts);
  g_auto(Candidate) c = {0};
  candidate_init(&c, shape, domain_length(shape, url->domain));
  gboolean foreign = strcmp(shape, url->display) != 0;
  const Name *name = foreign ? g_hash_table_lookup(all->labels, c.label) : NULL;
  if (!name)
    name = find_name(all, &c);
  gboolean disguised = is_disguised(url, c.domain, scripts);
  if (!name && !disguised)
    return 0;
  *resembles = name ? g_strdup(name->host) : is_ascii(c.domain) ? g_strdup(c.domain) : NULL;
  return (foreign || disguised ? TRAIT(HOMOGRAPH) : 0) | (!name       ? 0
                                                          : name->own ? TRAIT(OWN_LOOK_ALIKE)
                                                                      : TRAIT(LOOK_ALIKE));
}

BitSet
lookalikes_find(const Lookalikes *all, const Url *url, char **resembles)
{
  *resembles = NULL;
  if (*url->host == '\0' || (url->flags & URL_IP) || !strchr(url->host, '.') ||
      g_hash_table_contains(all->domains, url->domain))
    return 0;
  if (strcmp(url->display, url->host) != 0)
    return find_foreign(all, url, resembles);
  g_auto(Candidate) c = {0};
  candidate_init(&c, url->host, strlen(url->domain));
  const Name *name = find_name(all, &c);
  if (!name)
    return 0;
  *resembles = g_strdup(name->host);
  return name->own ? TRAIT(OWN_LOOK_ALIKE) : TRAIT(LOOK_ALIKE);
}
