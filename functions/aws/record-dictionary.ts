/**
 * What stored records have in common: the names of their fields in the order in which they are written, and usual values.
 * Records are deflated against it, and cannot be read with another one: it never changes. A field that is new is stored all
 * the same, in some bytes more.
 */
export const RECORD_DICTIONARY = [
  '{"kind":"approval","id":"","token":"","where":{"accountId":"","region":"","pipeline":"",',
  '"stage":"Production","action":"Approve"},"executionId":"","expiresAt":,"retention":,',
  '"request":{"customData":null,"reviewUrl":null},"starter":{"kind":"push","name":null,"arn":null,',
  '"executionMode":"SUPERSEDED"},"newer":null,"tests":{"kind":"none"},"requestedAt":,"escalatedAt":null,',
  '"notices":{"outcome":{"name":"said","at":,"place":{"channel":"","ts":"","link":""},"shown":"closed",',
  '"isQuiet":true}},"state":{"name":"settled","outcome":{"how":"slack","verdict":"Approved"},"at":},',
  '"sending":{"owner":"","until":},"problem":null,"checkedAt":,"showing":{"truth":,"shown":,"behindSince":,',
  '"lease":null,"maybePosted":falseAt":,"turnAt":},"announced":true,"journal":{"count":,"head":"","keptUntil":,',
  '"unfiled":[{"approval":"","at":,"happened":{"what":"","who":{"userId":"","teamId":"","name":"","email":"",',
  '"from":""},","comment":"","ruling":"","rules":[""],"signed":{"tokenHash":"","revisions":[""],"policy":"",',
  '"key":"arn:aws:kms:","value":""}},"number":,"previous":"","earlierUntil":,"hash":""},,"by":["",""],',
  '"rules":[{"name":"","count":,"people":["",""]}]}verified",","votes":["",""],"record":{"entries":,"hash":""},',
  '"signed":{","tokenHash":""answered",","answer":"recorded","because":null},"notice":"outcome",',
  '"key":"outcome","mentioned":[],"channel":""announced","event":""]},"gate":"manual-approval",',
  '"otherApprovals":[],"votes":[name":"","at":,"name":"","at":,"],"change":{"authoremail":null,"revision":""}],',
  '"revisions":[{"id":"","title":"","author":"","authorEmail":null,"coAuthors":[],"branch":"main",',
  '"url":"https://github.com//commit/","repository":{"kind":"github","name":"",""},"source":""}],',
  '"into":["Production"],"liveIn":seen":[""],"unknown":null,"live":[{"since":,"source":"""}}],',
  '"approvedBy":{"names":["",""]}}],"since":{"releasedAt":,"changed":[{"from":{"id":"","source":"""}},',
  '"to":"}}}],"included"count":,"more":falsereleased"}},"uncounted":false}},"standing":{"policy":{"rgroups":[],',
  '","consoleOnly":null,"forbidden":[],"unidentified":[],"whenUnidentified":"refuse","freezes":[],',
  '"breakGlass":[],"unread":[]},"frozen":null,"timing":{"remind":[],"lastCall":null,"escalate":null,',
  '"quiet":[]},"startedBy":[],"at":},"noted":[],"glass":null,"release":{"name":"running"}}{"kind":"execution",',
  '"key":},"overall":{"progress":"succeeded","at":,"startedAt":},',
  '"stages":{"Source":Build":{"Test":{"Production"},"actions":{"":{"stage":"Source","action":"",',
  '"category":"Source","provider":"CodeStarSourceConnection","summary":"","url":"","pro":{"stage":"Build",',
  '"action":"Build","category":"Build","Build","summary":null,"url":null,"":{"stage":"Test","action":"Test",',
  '"category":"Test","":{"stage":","category":"ApprovalManualnull,"":{"stage":"Deploy","category":"Deploy",',
  '"Deploy","null,"},"stageOrder":["Source","Build","Test","},"approvals":{"Production/Approve":{"id":"","}},',
  '"confirmed":true,"null,"lAt":},"notices":{"":{"name":"skipped","at":}},"revision":,"firstHeardAt":,',
  '"heardAt":}',
].join('')
