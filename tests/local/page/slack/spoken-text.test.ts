import { spokenText } from '../../../../local/page/slack/spoken-text.ts'
import { busySnapshot, NOW } from '../snapshots.ts'

const reader = { now: NOW, timeZone: 'UTC', hour12: false }
const spoken = (source: string) => spokenText(source, busySnapshot(), reader)

test.each([
  ['<@U0DANA> and <!subteam^S0RELMGRS> in <#C0RELEASES>', '@Dana Novak and @release-managers in #releases'],
  ['<@U0STRANGER> or <@U0STRANGER|kim>', '@U0STRANGER or @kim'],
  ['*2 of 2 approved* by _Dana_', '2 of 2 approved by Dana'],
  ['<https://git.example/4f9c2e1|`4f9c2e1`> Fix &lt;b&gt;', '4f9c2e1 Fix <b>'],
  ['Expires <!date^1764150000^{date_num} at {time}|later>', 'Expires 2025-11-26 at 09:40'],
  ['Live:\nflask-app\n> quoted', 'Live: flask-app quoted'],
  ['<!here> :rocket: :no_such_thing:', '@here 🚀 no such thing'],
])('%s is read as "%s"', (source, words) => expect(spoken(source)).toBe(words))
