"""moto's server on a free port of 127.0.0.1, with resources that its CloudFormation leaves out, made by its services.

Prints its address once it listens, and stops when its standard input is closed, for example when its parent ends.
"""

import base64
import json
import sys
import urllib.request

import boto3
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from moto.awslambda.models import LambdaFunction
from moto.cloudformation import models as cloudformation
from moto.cloudformation import parsing
from moto.cloudformation.parsing import ResourceMap
from moto.codepipeline.models import CodePipeline
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.common_models import CloudFormationModel
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.dynamodb.models.table import Table
from moto.iam.access_control import (
    AccessDeniedError,
    CreateAccessKeyFailure,
    IAMPolicy,
    IAMPolicyStatement,
    IAMUserAccessKey,
    PermissionResult,
)
from moto.iam.models import Role
from moto.iam.responses import IamResponse
from moto.kms.models import Key, kms_backends
from moto.kms.responses import KmsResponse
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)

# AWS checks the syntax of a template before a deploy. moto runs cfn-lint instead and treats its warnings as errors.
cloudformation.validate_template_cfn_lint = lambda template: []


def client(service, region, account):
    host, port = server.get_host_and_port()
    made = boto3.client(
        service,
        region_name=region,
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="moto",
        aws_secret_access_key="moto",
    )

    def name_account(params, **_):
        params["headers"]["x-moto-account-id"] = account

    made.meta.events.register("before-call", name_account)
    return made


def uncapitalised(names):
    return {name[0].lower() + name[1:]: value for name, value in names.items()}


def where_it_is(arn):
    """AWS keeps a subscription with its topic; moto keeps it with the caller, so the topic's account makes the call."""
    _, _, _, region, account, *_ = arn.split(":")
    return client("sns", region, account)


def subscribe(_, name, properties):
    attributes = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in properties.items()
        if key not in ("TopicArn", "Protocol", "Endpoint", "Region")
    }
    return where_it_is(properties["TopicArn"]).subscribe(
        TopicArn=properties["TopicArn"],
        Protocol=properties["Protocol"],
        Endpoint=properties["Endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]


def set_topic_policy(sns, name, properties):
    for topic in properties["Topics"]:
        policy = json.dumps(properties["PolicyDocument"])
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    return name


def set_queue_policy(sqs, name, properties):
    for queue in properties["Queues"]:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(properties["PolicyDocument"])})
    return name


def put_alarm(cloudwatch, name, properties):
    cloudwatch.put_metric_alarm(AlarmName=name, **{key: value for key, value in properties.items() if key != "Tags"})
    return name


def put_invoke_config(lambdas, name, properties):
    lambdas.put_function_event_invoke_config(**{key: value for key, value in properties.items() if key != "Qualifier"})
    return name


def let_onto_bus(events, name, properties):
    statement = {"Sid": properties["StatementId"], **properties["Statement"]}
    events.put_permission(Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    return properties["StatementId"]


def create_api(gateway, name, properties):
    return gateway.create_api(Name=properties["Name"], ProtocolType=properties["ProtocolType"])["ApiId"]


def create_stage(gateway, name, properties):
    return gateway.create_stage(**properties)["StageName"]


def create_integration(gateway, name, properties):
    return gateway.create_integration(**properties)["IntegrationId"]


def create_route(gateway, name, properties):
    return gateway.create_route(**properties)["RouteId"]


def create_stack_set(cloudformation, name, properties):
    asked = {**properties}
    groups = asked.pop("StackInstancesGroup")
    # Of how many accounts at once the stacks are made: moto makes one after another.
    asked.pop("OperationPreferences")
    # moto has no delegated administrator.
    called_as = asked.pop("CallAs")
    if called_as != "SELF":
        raise NotImplementedError(f"moto does not know CallAs {called_as}")
    cloudformation.create_stack_set(**asked)
    for group in groups:
        cloudformation.create_stack_instances(StackSetName=asked["StackSetName"], **group)
    return asked["StackSetName"]


def delete_stack_set(cloudformation, name):
    for there in cloudformation.list_stack_instances(StackSetName=name)["Summaries"]:
        cloudformation.delete_stack_instances(
            StackSetName=name, Accounts=[there["Account"]], Regions=[there["Region"]], RetainStacks=False
        )
    cloudformation.delete_stack_set(StackSetName=name)


def nothing(client, physical_id):
    """It is deleted with the resource that it belongs to."""


# Not AWS::S3::BucketPolicy: the deployment bucket accepts only https, and moto would then refuse this http.
# Type: its service, how it is made (returns its physical id), and how it is deleted.
LEFT_OUT = {
    "AWS::SNS::Subscription": ("sns", subscribe, lambda _, arn: where_it_is(arn).unsubscribe(SubscriptionArn=arn)),
    "AWS::SNS::TopicPolicy": ("sns", set_topic_policy, nothing),
    "AWS::SQS::QueuePolicy": ("sqs", set_queue_policy, nothing),
    "AWS::CloudWatch::Alarm": ("cloudwatch", put_alarm, lambda cw, name: cw.delete_alarms(AlarmNames=[name])),
    "AWS::Lambda::EventInvokeConfig": ("lambda", put_invoke_config, nothing),
    "AWS::Events::EventBusPolicy": (
        "events",
        let_onto_bus,
        lambda events, statement: events.remove_permission(StatementId=statement),
    ),
    "AWS::CloudFormation::StackSet": ("cloudformation", create_stack_set, delete_stack_set),
    "AWS::ApiGatewayV2::Api": ("apigatewayv2", create_api, lambda gateway, api: gateway.delete_api(ApiId=api)),
    "AWS::ApiGatewayV2::Stage": ("apigatewayv2", create_stage, nothing),
    "AWS::ApiGatewayV2::Integration": ("apigatewayv2", create_integration, nothing),
    "AWS::ApiGatewayV2::Route": ("apigatewayv2", create_route, nothing),
}


def teach(resource_type, service, create, delete):
    class Resource(CloudFormationModel):
        # moto reads the name of a service out of the module's.
        __module__ = f"moto.{service}"

        def __init__(self, physical_resource_id):
            self.physical_resource_id = physical_resource_id

        @staticmethod
        def cloudformation_name_type():
            return ""

        @staticmethod
        def cloudformation_type():
            return resource_type

        @classmethod
        def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
            return cls(create(client(service, region_name, account_id), resource_name, cloudformation_json["Properties"]))

        @classmethod
        def update_from_cloudformation_json(
            cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
        ):
            raise NotImplementedError(f"{resource_type} is not changed once it is made")

        @classmethod
        def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
            delete(client(service, region_name, account_id), resource_name)

    # moto finds its resources through __subclasses__, which keeps no class alive.
    return Resource


taught = [teach(resource_type, *rest) for resource_type, rest in LEFT_OUT.items()]


def extend(resource_class, finish):
    """moto makes the resource; finish adds the properties that it ignores."""
    create = resource_class.create_from_cloudformation_json.__func__

    def create_and_finish(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        resource = create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
        finish(resource, resource_name, cloudformation_json["Properties"], region_name, account_id)
        return resource

    resource_class.create_from_cloudformation_json = classmethod(create_and_finish)


def finish_table(table, name, properties, region, account):
    dynamodb = client("dynamodb", region, account)
    dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"])
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"]
    )


    if "ResourcePolicy" in properties:
        dynamodb.put_resource_policy(
            ResourceArn=table.table_arn, Policy=json.dumps(properties["ResourcePolicy"]["PolicyDocument"])
        )


def create_key(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    """moto's CloudFormation makes every key a symmetric one."""
    properties = cloudformation_json["Properties"]
    return kms_backends[account_id][region_name].create_key(
        policy=json.dumps(properties["KeyPolicy"]),
        key_usage=properties.get("KeyUsage", "ENCRYPT_DECRYPT"),
        key_spec=properties.get("KeySpec", "SYMMETRIC_DEFAULT"),
        description=properties.get("Description"),
        tags=properties.get("Tags", []),
    )


def as_asked(sign):
    """moto takes every message for RAW: of a digest it would sign another digest."""

    def sign_as_asked(self):
        if self._get_param("MessageType") != "DIGEST":
            return sign(self)
        key = self.kms_backend.describe_key(self._get_param("KeyId"))
        algorithm = ec.ECDSA(Prehashed(hashes.SHA256()))
        signature = key.private_key.private_key.sign(self._get_param("Message"), algorithm)
        answer = {"KeyId": key.arn, "SigningAlgorithm": "ECDSA_SHA_256"}
        return json.dumps({**answer, "Signature": base64.b64encode(signature).decode()})

    return sign_as_asked


KmsResponse.sign = as_asked(KmsResponse.sign)


def finish_function(function, name, properties, region, account):
    function.architectures = properties["Architectures"]


def set_inline_policies(role, name, properties, region, account):
    """Those of the role's own properties; a resource of type AWS::IAM::Policy adds others, which stay."""
    role.assume_role_policy_document = json.dumps(properties["AssumeRolePolicyDocument"])
    declared = {policy["PolicyName"]: json.dumps(policy["PolicyDocument"]) for policy in properties.get("Policies", [])}
    for gone in getattr(role, "declared", {}):
        role.policies.pop(gone, None)
    role.policies.update(declared)
    role.declared = declared


def set_key_policy(key, name, properties, region, account):
    key.policy = json.dumps(properties["KeyPolicy"])


Key.create_from_cloudformation_json = classmethod(create_key)
extend(Table, finish_table)
extend(LambdaFunction, finish_function)
extend(Role, set_inline_policies)

# What an update changes in a resource that stays, by its class; moto changes nothing of it.
CHANGED = {Table: finish_table, Key: set_key_policy, Role: set_inline_policies, LambdaFunction: finish_function}

update_resource = parsing.parse_and_update_resource


def update_and_keep(logical_id, resource_json, resources, account_id, region_name):
    """AWS keeps a resource whose properties change. moto forgets it if it has no update for its type, and then nothing
    can refer to it any more. AWS deletes one whose condition no longer holds; moto changes it."""
    kept = resources[logical_id]
    if kept is None:
        return None
    condition = resource_json.get("Condition")
    if condition and not resources.lazy_condition_map[condition]:
        resources._delete_resource(kept, resource_json)
        return None
    updated = update_resource(logical_id, resource_json, resources, account_id, region_name)
    if updated is None and type(kept) not in CHANGED:
        raise NotImplementedError(f"{resource_json['Type']} {logical_id} is not changed once it is made")
    resource = updated or kept
    if type(resource) in CHANGED:
        properties = parsing.clean_json(resource_json, resources)["Properties"]
        CHANGED[type(resource)](resource, resource.physical_resource_id, properties, region_name, account_id)
    return resource


parsing.parse_and_update_resource = update_and_keep

delete_resource = ResourceMap._delete_resource
RETAINED = ("Retain", "RetainExceptOnCreate")


def delete_unless_retained(resources, resource, resource_json):
    """moto heeds Retain only when a stack is deleted, and RetainExceptOnCreate never. AWS keeps both, also when an update
    removes them from the template."""
    if resource_json.get("DeletionPolicy") not in RETAINED:
        delete_resource(resources, resource, resource_json)


ResourceMap._delete_resource = delete_unless_retained

apply = cloudformation.ChangeSet.apply


def apply_and_show(change_set):
    """moto computes a stack's outputs before a change set has made the resources, and not again."""
    apply(change_set)
    stack = change_set.stack
    stack.template = change_set.template
    stack._parse_template()
    stack.output_map = stack._create_output_map()


cloudformation.ChangeSet.apply = apply_and_show


create_instances = cloudformation.StackInstances.create_instances


def create_where_asked(self, accounts, regions, parameters, deployment_targets, permission_model):
    """moto makes a stack in every account of a unit. AWS leaves out those that the targets name with DIFFERENCE, and the
    management account."""
    organization = self.org_backend
    left_out = {organization.org.master_account_id}
    if deployment_targets.get("AccountFilterType") == "DIFFERENCE":
        left_out.update(deployment_targets["Accounts"])
    everyone = organization.accounts
    organization.accounts = [account for account in everyone if account.id not in left_out]
    try:
        return create_instances(self, accounts, regions, parameters, deployment_targets, permission_model)
    finally:
        organization.accounts = everyone


cloudformation.StackInstances.create_instances = create_where_asked


# CodePipeline gives times in seconds; moto as text, which the SDK for JavaScript refuses.
CodePipeline.metadata = property(
    lambda self: {
        "pipelineArn": self._arn,
        "created": self._created.timestamp(),
        "updated": self._updated.timestamp(),
    }
)


def simulate_principal_policy(request):
    """moto can evaluate policies, and has no call for that. Only for a role's own policies."""
    parameters = request.querystring
    role = request.backend.get_role_by_arn(parameters["PolicySourceArn"][0])

    def listed(name):
        return [values[0] for key, values in parameters.items() if key.startswith(f"{name}.member.")]

    def decision(action, resource):
        found = {IAMPolicy(policy).is_action_permitted(action, resource) for policy in role.policies.values()}
        if PermissionResult.DENIED in found:
            return "explicitDeny"
        return "allowed" if PermissionResult.PERMITTED in found else "implicitDeny"

    results = [
        {"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": decision(action, resource)}
        for action in listed("ActionNames")
        for resource in listed("ResourceArns")
    ]
    return ActionResult({"EvaluationResults": results, "IsTruncated": False})


IamResponse.simulate_principal_policy = simulate_principal_policy

# Calls of S3 that IAM knows by another name (Service Authorization Reference, "Actions for Amazon S3").
IAM_NAMES = {
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
}


def authorise(response, request_class, resource="*"):
    """moto authorises every call or none, and with '*' as the resource of all services but S3, which no policy for single
    resources allows. Here, a call with a user's access key needs a statement that allows the action, in S3 on the
    resource. CloudFormation makes resources without calls: tests/infra/installer.test.ts holds what it needs."""
    scope = (response.headers.get("Authorization") or "").partition("Credential=")[2].partition(",")[0].split("/")
    if len(scope) < 4:
        return
    try:
        key = IAMUserAccessKey(response.current_account, "aws", scope[0], {})
    except CreateAccessKeyFailure:
        return
    called = f"{scope[3]}:{response._get_action()}"
    action = IAM_NAMES.get(called, called)
    if action == "sts:GetCallerIdentity":
        return
    # One call deletes many objects, and moto names the bucket alone.
    if action == "s3:DeleteObject" and "/" not in resource:
        resource += "/*"
    statements = [
        IAMPolicyStatement(statement)
        for policy in key.collect_policies()
        for statement in IAMPolicy(policy)._policy_json["Statement"]
        if statement["Effect"] == "Allow"
    ]
    if not any(
        statement._check_element_matches("Action", action)
        and (resource == "*" or statement._check_element_matches("Resource", resource))
        for statement in statements
    ):
        # Services answer in JSON or, the older ones, in XML.
        if "X-Amz-Target" in response.headers or scope[3] == "lambda":
            raise JsonRESTError("AccessDeniedException", f"{key.arn} is not authorized to perform: {action}")
        raise AccessDeniedError(user_arn=key.arn, action=action)


ActionAuthenticatorMixin._authenticate_and_authorize_action = authorise

server.start()
host, port = server.get_host_and_port()
# The first request loads moto's services, which is slow: a test must not wait for that.
urllib.request.urlopen(f"http://{host}:{port}/moto-api/data.json").read()
print(f"http://{host}:{port}", flush=True)
sys.stdin.read()
