import { pages, read } from './pages.ts'

/** Rights on what `dataKeyArn` encrypts: a person or role that has them also needs the key. */
const ON_ENCRYPTED = /`dynamodb:(?:GetItem|Query|Scan)`|`sqs:ReceiveMessage`|sns:Publish|aws sqs receive-message/

test('each section that lists rights on encrypted data says which the data key needs', () => {
  const sections = pages.flatMap((page) =>
    /^docs\/(?!decisions\/)/.test(page)
      ? read(page)
          .split(/^(?=##+ )/m)
          .filter((section) => ON_ENCRYPTED.test(section) && !section.includes('kms:Decrypt'))
          .map((section) => `${page} ${section.split('\n')[0]}`)
      : [],
  )
  expect(sections).toEqual([])
})
