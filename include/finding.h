/* finding.h - one thing that inspection found and rules decide on. Plain data, no pointers into
 * other structures: a finding can be printed, compared and stored. */
#ifndef CORDON_FINDING_H
#define CORDON_FINDING_H

#include <glib.h>

#include "anomaly.h"
#include "auth_field.h"
#include "bitset.h"
#include "cue.h"
#include "html_active.h"
#include "link.h"
#include "range.h"
#include "sender.h"
#include "url.h"

typedef enum finding_kind {
  FINDING_LINK,
  FINDING_FILE,
  FINDING_ANOMALY,
  FINDING_SENDER,
  FINDING_MARKUP,  /* active content of an HTML body */
  FINDING_RESULTS, /* an Authentication-Results field of the message */
  FINDING_TEXT,    /* words of a text part that say something by themselves */
  FINDING_KINDS
} FindingKind;

/* X(identifier, name in rules and events) */
#define TRAIT_TABLE(X)                                                                             \
  /* of files */                                                                                   \
  X(ENCRYPTED, "encrypted")                                                                        \
  X(LIMIT, "limit")                                                                                \
  X(CORRUPT, "corrupt")                                                                            \
  X(TYPE_DIFFERS, "type-differs") /* content, name and declared type do not agree */               \
  X(DOUBLE_EXTENSION, "double-extension")                                                          \
  X(NAME_DECEPTIVE, "name-deceptive") /* bidi, zero-width, control characters, late ending */      \
  X(MACRO, "macro")                                                                                \
  X(REMOTE_TEMPLATE, "remote-template")                                                            \
  X(ACTIVE_CONTENT, "active-content") /* with each of those up to HTML_SCRIPT, and MACRO */        \
  X(AUTO_RUN, "auto-run")             /* a macro that begins when the document is opened */        \
  X(XLM, "xlm")                       /* a macro sheet of Excel 4 */                               \
  X(DDE, "dde")                       /* a field or formula that asks another program */           \
  X(EXTERNAL_RELATIONSHIP, "external-relationship") /* a part that is loaded from elsewhere */     \
  X(OLE_OBJECT, "ole-object")                                                                      \
  X(EQUATION, "equation") /* an object of the old equation editor */                               \
  X(ACTIVEX, "activex")                                                                            \
  X(PDF_JAVASCRIPT, "pdf-javascript")                                                              \
  X(PDF_LAUNCH, "pdf-launch")                                                                      \
  X(PDF_ACTION, "pdf-action")   /* GoToE, ImportData */                                            \
  X(PDF_MEDIA, "pdf-media")     /* RichMedia */                                                    \
  X(HTML_SCRIPT, "html-script") /* in HTML, SVG, MHTML; web extensions of Office */                \
  /* everyday by themselves: no ACTIVE_CONTENT, but taken out where a file is disarmed */          \
  X(PDF_OPEN_ACTION, "pdf-open-action") /* OpenAction or AA: something happens by itself */        \
  X(XFA, "xfa")                         /* a form that is a program */                             \
  X(EMBEDDED_FILE, "embedded-file")     /* a file kept in a PDF */                                 \
  X(SIGNED, "signed-document")          /* a PDF with a signature of its own */                    \
  /* of links as well, those to a picture in a data: address */                                    \
  X(QR_UNREAD, "qr-unread") /* a picture not searched for QR codes: broken, too large, too many */ \
  X(UNKNOWN_TYPE, "unknown-type")                                                                  \
  /* of links */                                                                                   \
  X(TEXT_HOST_DIFFERS, "text-host-differs")                                                        \
  X(TEXT_HOST_UNSURE, "text-host-unsure") /* it only names one, or leads to a counter of clicks */ \
  X(USERINFO, "userinfo")                                                                          \
  X(NUMERIC_HOST, "numeric-host")                                                                  \
  X(OBFUSCATED_HOST, "obfuscated-host")                                                            \
  X(IDN, "idn")                                                                                    \
  X(PORT, "port")                                                                                  \
  X(SCRIPT_SCHEME, "script-scheme") /* javascript:, vbscript:, data: with markup or a file */      \
  X(LOCAL_SCHEME, "local-scheme")   /* file:, UNC, ms-* and any scheme that is not known */        \
  X(MALFORMED, "malformed")         /* a special scheme that a browser refuses to parse, or an     \
                                       address beyond LIMIT_ADDRESS or LIMIT_HOPS */               \
  X(REDIRECT, "redirect")           /* carries another address: Finding.hops */                    \
  X(ICON, "icon")                   /* a picture in a row of small ones: LINK_ICON */              \
  X(SHARE, "share") /* all of the services it leads to are reached by a share button's address;    \
                       policy_classify */                                                          \
  X(UPLOAD_REQUEST, "upload-request") /* a page of a service that asks its reader for files */     \
  X(FILE_DOWNLOAD, "file-download")   /* a file of a service itself, without a page in between */  \
  X(HIDDEN_TEXT, "hidden-text")       /* in markup that is not shown, or with something in what is \
                                         shown of it that is not */                                \
  X(BIDI, "bidi")                     /* its text is shown in another order than it is written */  \
  X(DIRECT_DOWNLOAD, "direct-download") /* of what runs when it is opened */                       \
  X(PRIVATE_HOST, "private-host")       /* a host of a network of its own: 10.0.0.1, localhost */  \
  X(PADDED, "padded") /* so long, or so many addresses in it, that nobody sees where it leads */   \
  X(MAIL_EXTRA, "mail-extra")   /* mailto: with files, copies or a long text set beforehand */     \
  X(DEVICE_CODE, "device-code") /* a page that asks for the code of another device's login */      \
  X(SHADOW_NET, "shadow-net")   /* .onion, IPFS, ENS: hosts that nobody answers for */             \
  X(SHORTENER, "shortener")     /* of class "shortener", itself or a hop; policy_classify */       \
  /* policy_classify too: Finding.resembles */                                                     \
  X(HOMOGRAPH, "homograph")           /* letters of another script that look like a name's */      \
  X(OWN_LOOK_ALIKE, "own-look-alike") /* taken for one of own-domains */                           \
  X(LOOK_ALIKE, "look-alike")         /* taken for a service's or one of imitated-names */         \
  /* of markup */                                                                                  \
  MARKUP_TRAIT_TABLE(X)

typedef enum trait_id {
#define X(id, name) TRAIT_ID_##id,
  TRAIT_TABLE(X)
#undef X
      TRAITS
} TraitId;

#define IMPOSTOR_NONE (-2)

/* By what an address of the link is taken for. */
#define TRAITS_OF_IMPOSTORS (TRAIT(HOMOGRAPH) | TRAIT(OWN_LOOK_ALIKE) | TRAIT(LOOK_ALIKE))

#define TRAIT(id) BIT(TRAIT_ID_##id)

G_STATIC_ASSERT(TRAITS <= BITSET_SIZE);

/* "encrypted" for a TraitId; the id of a name or -1. */
const char *trait_name(TraitId id);
int trait_from_name(const char *name);

/* An address that another one carries: where a wrapper or redirector leads. */
typedef struct hop {
  Url *url;
  int from;       /* index of the hop that carries it; -1: the link's own address does */
  gboolean known; /* by wrappers of a known form all the way; else by what looks like a redirect */
  /* filled in by policy_classify, as those of Finding */
  char *class_name, *service, *service_title;
  GPtrArray *lists;
} Hop;

Hop *hop_new(Url *url, int from, gboolean known); /* takes url */
void hop_free(Hop *hop);

typedef struct finding {
  FindingKind kind;
  unsigned part; /* index in Tree.parts */
  BitSet traits; /* TRAIT() bits */

  /* links; of one inside a file (inner, path) only use, target, text, flags and element are set */
  Link link;       /* owned; zero otherwise. link.anchor is here the index of the enclosing anchor's
                      finding in the array of findings, or -1 */
  Url *url;        /* NULL if a browser would refuse it */
  GPtrArray *hops; /* Hop *: the addresses it carries, outer before inner; NULL if none */

  /* files */
  char *name;          /* the likeliest file name, UTF-8, or "" */
  GPtrArray *names;    /* all of them (char *) */
  char *path;          /* for people: "plans.zip › setup.exe"; equals name for an outer file */
  gboolean inner;      /* inside another file: an action on it is an action on the whole part */
  char *content_type;  /* by content (libmagic, lower case), "" if not asked */
  char *content_note;  /* libclamav's own type such as "CL_TYPE_ZIP", or "" */
  char *declared_type; /* by the message, "" for inner files */
  guint64 size;        /* decoded bytes */
  char sha256[65];     /* hex of the content of an outer file, or "" */
  char *malware;       /* signature name, or NULL */

  /* markup */
  Active active;

  /* text */
  Cue cue;
  unsigned cues; /* CUE_BIT() of it */

  /* senders and results */
  unsigned sender_traits; /* SENDER_TRAIT() bits */
  GPtrArray *mailboxes;   /* Mailbox *, of senders: From, then Reply-To; else NULL */
  AuthField *auth;        /* of results; never NULL there, and `at` is the whole field */

  /* anomalies */
  AnomalyKind anomaly;
  Range at;
  unsigned layer;
  const char *detail; /* static */

  /* filled in by policy_classify: ids from the ruleset, copied */
  char *class_name;    /* "cloud-storage", "webmail", "messaging", or NULL */
  char *service;       /* "google-drive", or NULL */
  char *service_title; /* "Google Drive" */
  char *resembles;     /* what an address of a link is taken for, "drive.google.com"; or NULL */
  int impostor;        /* that address, for finding_place(); IMPOSTOR_NONE if there is none */
  GPtrArray *groups;   /* file type groups (char *): "executable", "script"; NULL if none */
  GPtrArray *lists;    /* lists that hold the host or address (char *), NULL if none */
} Finding;

Finding *finding_new(FindingKind kind, unsigned part);
void finding_free(Finding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Finding, finding_free)

/* One of the addresses that a link leads to, with what rules know of it: hops[hop] or, with -1, its
 * own. A view that owns nothing. */
Hop finding_place(const Finding *finding, int hop);

const char *finding_kind_name(FindingKind kind); /* "link", "file", "anomaly" … */

#endif
