package infra_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/infra"
	"learningforlife/infra/infratest"
	"learningforlife/shared/web/admin"
	"learningforlife/shared/web/dashboard"
	"learningforlife/shared/web/intake"
)

// object is an object of JSON.
type object = map[string]any

type resource struct {
	Type                string
	DeletionPolicy      string
	UpdateReplacePolicy string
	Properties          object
}

// resources returns the resources of the template as AWS is asked for them.
func resources(t *testing.T) map[string]resource {
	t.Helper()
	var template struct{ Resources map[string]resource }
	require.NoError(t, json.Unmarshal(infratest.Template(t), &template))
	return template.Resources
}

// ofType returns the names of the resources of a type, in order.
func ofType(all map[string]resource, kind string) (ids []string) {
	for id, r := range all {
		if r.Type == kind {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// ref and arn are how a template names a resource, and what AWS gave it.
func ref(id string) object { return object{"Ref": id} }
func arn(id string) object { return object{"Fn::GetAtt": []any{id, "Arn"}} }

func TestEachPathIsARouteToItsFunction(t *testing.T) {
	expected := map[string]string{"/$default": "IntakeFunction"} // which says that there is nothing
	for function, paths := range map[string][]string{
		"IntakeFunction":    intake.Paths(),
		"DashboardFunction": dashboard.Paths(),
		"AdminFunction":     admin.Paths(),
	} {
		for _, path := range paths {
			path = strings.TrimSuffix(path, "{$}")
			if path != "/" && strings.HasSuffix(path, "/") {
				path += "{name}"
			}
			require.NotContains(t, expected, path)
			expected[path] = function
		}
	}

	all := resources(t)
	require.Len(t, ofType(all, "AWS::ApiGatewayV2::Api"), 1)
	require.Empty(t, ofType(all, "AWS::Lambda::Url"), "all requests come by the API")
	routes := map[string]string{}
	for path, methods := range all["Api"].Properties["Body"].(object)["paths"].(object) {
		require.Equal(t, []string{"x-amazon-apigateway-any-method"}, slices.Collect(maps.Keys(methods.(object))), path)
		method := methods.(object)["x-amazon-apigateway-any-method"].(object)
		integration := method["x-amazon-apigateway-integration"].(object)
		require.Equal(t, "2.0", integration["payloadFormatVersion"], path)
		require.Equal(t, path == "/$default", method["isDefaultRoute"] == true, path)
		uri := integration["uri"].(object)["Fn::Sub"].(string)
		_, function, found := strings.Cut(uri, "/functions/${")
		require.True(t, found, uri)
		routes[path] = strings.TrimSuffix(function, ".Arn}/invocations")
	}
	require.Equal(t, expected, routes)
}

func TestTheAPIThrottles(t *testing.T) {
	all := resources(t)
	stages := ofType(all, "AWS::ApiGatewayV2::Stage")
	require.Len(t, stages, 1)
	stage := all[stages[0]].Properties
	require.Equal(t, "$default", stage["StageName"])
	require.Equal(t, object{"ThrottlingRateLimit": 5000., "ThrottlingBurstLimit": 2500.}, stage["DefaultRouteSettings"])
	require.NotContains(t, stage, "AccessLogSettings", "what requests tell of people is not logged")
}

func TestFunctions(t *testing.T) {
	expected := map[string]struct {
		memory, timeout float64 // MB and seconds
		environment     object
	}{
		"Intake": {512, 10, object{
			"SITE": ref("SiteAddress"), "LIMIT": ref("SubmissionsPerSecond"),
			"SUBMISSIONS_TABLE": ref("SubmissionsTable"), "CHANGES_TABLE": ref("ChangesTable"),
			"FORM_KEY_PARAMETER": ref("FormKeyParameter"), "SITE_BRAND": ref("SiteBrand"), "DATA_CONTROLLER": ref("DataController"), "CONTACT": ref("Contact")}},
		"Dashboard": {512, 10, object{
			"SITE": ref("SiteAddress"), "RELEASES_TABLE": ref("ReleasesTable"), "ADMIN_TOKEN_PARAMETER": ref("AdminTokenParameter")}},
		"Admin": {256, 29, object{
			"SITE": ref("SiteAddress"), "SETTINGS_TABLE": ref("SettingsTable"), "AGGREGATE_FUNCTION": ref("AggregateFunction"), "ADMIN_TOKEN_PARAMETER": ref("AdminTokenParameter")}},
		"Aggregate": {1769, 900, object{
			"SUBMISSIONS_TABLE": ref("SubmissionsTable"), "CHANGES_TABLE": ref("ChangesTable"),
			"WORKINGS_TABLE": ref("WorkingsTable"), "RELEASES_TABLE": ref("ReleasesTable"), "SETTINGS_TABLE": ref("SettingsTable")}},
	}
	all := resources(t)
	require.Len(t, ofType(all, "AWS::Lambda::Function"), len(expected))
	require.Len(t, ofType(all, "AWS::Logs::LogGroup"), len(expected))
	for name, e := range expected {
		function := all[name+"Function"].Properties
		require.Equal(t, "provided.al2023", function["Runtime"], name)
		require.Equal(t, []any{"arm64"}, function["Architectures"], name)
		require.Equal(t, "bootstrap", function["Handler"], name)
		require.Equal(t, e.memory, function["MemorySize"], name)
		require.Equal(t, e.timeout, function["Timeout"], name)
		require.Equal(t, object{"Variables": e.environment}, function["Environment"], name)
		require.Equal(t, arn(name+"Role"), function["Role"], name)
		require.Equal(t, object{"LogFormat": "JSON", "LogGroup": ref(name + "Log")}, function["LoggingConfig"], name)
		require.Equal(t, 90., all[name+"Log"].Properties["RetentionInDays"], name)
	}
	require.Equal(t, 5., all["AggregateFunction"].Properties["ReservedConcurrentExecutions"])
}

func TestFailedRunsAreKept(t *testing.T) {
	all := resources(t)
	retries := ofType(all, "AWS::Lambda::EventInvokeConfig")
	require.Len(t, retries, 1)
	require.Equal(t, object{
		"FunctionName": ref("AggregateFunction"), "Qualifier": "$LATEST",
		"MaximumEventAgeInSeconds": 900., "MaximumRetryAttempts": 2.,
		"DestinationConfig": object{"OnFailure": object{"Destination": arn("DeadLetters")}},
	}, all[retries[0]].Properties)

	queue := all["DeadLetters"]
	require.Equal(t, "AWS::SQS::Queue", queue.Type)
	require.Equal(t, true, queue.Properties["SqsManagedSseEnabled"])
	require.Equal(t, 14*24*60*60., queue.Properties["MessageRetentionPeriod"])
}

func TestSchedules(t *testing.T) {
	all := resources(t)
	require.Equal(t, []string{"AggregateSchedule", "RecountSchedule"}, ofType(all, "AWS::Scheduler::Schedule"))
	for id, expected := range map[string]struct{ at, input string }{
		"AggregateSchedule": {"cron(0/15 * * * ? *)", `{"schedule":"<aws.scheduler.scheduled-time>"}`},
		"RecountSchedule":   {"cron(50 2 * * ? *)", `{"recount":"<aws.scheduler.scheduled-time>"}`},
	} {
		schedule := all[id].Properties
		require.Equal(t, expected.at, schedule["ScheduleExpression"], id)
		require.Equal(t, "UTC", schedule["ScheduleExpressionTimezone"], id)
		require.Equal(t, object{"Mode": "OFF"}, schedule["FlexibleTimeWindow"], id)
		require.NotContains(t, schedule, "State", id) // enabled unless it says otherwise
		require.Equal(t, object{
			"Arn":              arn("AggregateFunction"),
			"RoleArn":          arn("ScheduleRole"),
			"Input":            expected.input,
			"RetryPolicy":      object{"MaximumEventAgeInSeconds": 900., "MaximumRetryAttempts": 5.},
			"DeadLetterConfig": object{"Arn": arn("DeadLetters")},
		}, schedule["Target"], id)
	}
}

// TestAlarms holds that each alarm goes off at the first of what it counts, of the metrics that
// shared/aggregate writes and of the queue, and that there is a section for those whom it wakes.
func TestAlarms(t *testing.T) {
	all := resources(t)
	runbook, err := os.ReadFile("README.md")
	require.NoError(t, err)
	expected := map[string]struct {
		metric, section string
		dimensions      any
	}{
		"AuditAlarm":       {"LearningForLife AuditFindings Sum 3600", "When the audit objects", nil},
		"SealAlarm":        {"LearningForLife SealFaults Sum 3600", "When the recount and the seals differ", nil},
		"DeadLettersAlarm": {"AWS/SQS ApproximateNumberOfMessagesVisible Maximum 300", "When runs fail", []any{object{"Name": "QueueName", "Value": object{"Fn::GetAtt": []any{"DeadLetters", "QueueName"}}}}},
	}
	require.Equal(t, slices.Sorted(maps.Keys(expected)), ofType(all, "AWS::CloudWatch::Alarm"))
	for id, e := range expected {
		alarm := all[id].Properties
		require.Equal(t, e.metric, fmt.Sprint(alarm["Namespace"], " ", alarm["MetricName"], " ", alarm["Statistic"], " ", alarm["Period"]), id)
		require.Equal(t, e.dimensions, alarm["Dimensions"], id)
		require.Equal(t, 1., alarm["EvaluationPeriods"], id)
		require.Equal(t, 0., alarm["Threshold"], id)
		require.Equal(t, "GreaterThanThreshold", alarm["ComparisonOperator"], id)
		require.Equal(t, "notBreaching", alarm["TreatMissingData"], id)
		require.Contains(t, alarm["AlarmDescription"], "see '"+e.section+"' in infra/README.md", id)
		require.Contains(t, string(runbook), "\n## "+e.section+"\n\n`"+id+"` ", id)
	}
}

// tokenParameter and formKeyParameter are how the template names the parameters of the admin token and of the key of forms.
const (
	tokenParameter   = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${AdminTokenParameter}"
	formKeyParameter = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${FormKeyParameter}"
)

// permissions is all that each role allows.
var permissions = map[string][]string{
	"IntakeRole": {
		"dynamodb:GetItem SubmissionsTable",
		"dynamodb:PutItem ChangesTable",
		"dynamodb:PutItem SubmissionsTable",
		"kms:Decrypt TablesKey by DynamoDB",
		"kms:Encrypt TablesKey by DynamoDB",
		"kms:GenerateDataKey TablesKey by DynamoDB",
		"logs:CreateLogStream IntakeLog",
		"logs:PutLogEvents IntakeLog",
		"ssm:GetParameter " + formKeyParameter,
	},
	"DashboardRole": {
		"dynamodb:GetItem ReleasesTable",
		"dynamodb:Query ReleasesTable",
		"kms:Decrypt TablesKey by DynamoDB",
		"logs:CreateLogStream DashboardLog",
		"logs:PutLogEvents DashboardLog",
		"ssm:GetParameter " + tokenParameter,
	},
	"AdminRole": {
		"dynamodb:GetItem SettingsTable",
		"dynamodb:PutItem SettingsTable",
		"dynamodb:Query SettingsTable",
		"kms:Decrypt TablesKey by DynamoDB",
		"kms:Encrypt TablesKey by DynamoDB",
		"kms:GenerateDataKey TablesKey by DynamoDB",
		"lambda:InvokeFunction AggregateFunction",
		"logs:CreateLogStream AdminLog",
		"logs:PutLogEvents AdminLog",
		"ssm:GetParameter " + tokenParameter,
	},
	"AggregateRole": {
		"dynamodb:BatchGetItem SubmissionsTable",
		"dynamodb:BatchWriteItem ReleasesTable",
		"dynamodb:BatchWriteItem SettingsTable",
		"dynamodb:BatchWriteItem WorkingsTable",
		"dynamodb:GetItem ReleasesTable",
		"dynamodb:GetItem SettingsTable",
		"dynamodb:GetItem WorkingsTable",
		"dynamodb:PutItem ReleasesTable",
		"dynamodb:PutItem SettingsTable",
		"dynamodb:PutItem WorkingsTable",
		"dynamodb:Query ChangesTable",
		"dynamodb:Query ReleasesTable",
		"dynamodb:Query SettingsTable",
		"dynamodb:Query SubmissionsTable",
		"dynamodb:Query WorkingsTable",
		"dynamodb:Scan SubmissionsTable",
		"kms:Decrypt TablesKey by DynamoDB",
		"kms:Encrypt TablesKey by DynamoDB",
		"kms:GenerateDataKey TablesKey by DynamoDB",
		"logs:CreateLogStream AggregateLog",
		"logs:PutLogEvents AggregateLog",
		"sqs:SendMessage DeadLetters",
	},
	"ScheduleRole": {
		"lambda:InvokeFunction AggregateFunction",
		"sqs:SendMessage DeadLetters",
	},
}

func TestRolesAllowThisAndNoMore(t *testing.T) {
	all := resources(t)
	require.Equal(t, slices.Sorted(maps.Keys(permissions)), ofType(all, "AWS::IAM::Role"))
	for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::User",
		"AWS::DynamoDB::ResourcePolicy", "AWS::SQS::QueuePolicy", "AWS::KMS::Grant"} {
		require.Empty(t, ofType(all, kind), "roles alone allow anything")
	}
	for role, expected := range permissions {
		p := all[role].Properties
		require.ElementsMatch(t, []string{"AssumeRolePolicyDocument", "Policies"}, slices.Collect(maps.Keys(p)), role)
		require.Equal(t, expected, allowed(t, p["Policies"].([]any)), role)

		trust := p["AssumeRolePolicyDocument"].(object)["Statement"].([]any)
		require.Len(t, trust, 1, role)
		service := "lambda.amazonaws.com"
		if role == "ScheduleRole" {
			service = "scheduler.amazonaws.com"
		}
		require.Equal(t, object{"Service": service}, trust[0].(object)["Principal"], role)
	}
}

// allowed lists "action resource" of the policies, in order. By DynamoDB means: by way of it only.
func allowed(t *testing.T, policies []any) (list []string) {
	t.Helper()
	byDynamoDB := object{"StringEquals": object{"kms:ViaService": object{"Fn::Sub": "dynamodb.${AWS::Region}.${AWS::URLSuffix}"}}}
	for _, policy := range policies {
		for _, s := range policy.(object)["PolicyDocument"].(object)["Statement"].([]any) {
			statement := s.(object)
			require.Equal(t, "Allow", statement["Effect"])
			require.NotContains(t, statement, "NotAction")
			require.NotContains(t, statement, "NotResource")
			by := ""
			if condition, ok := statement["Condition"]; ok {
				require.Equal(t, byDynamoDB, condition)
				by = " by DynamoDB"
			}
			of, ok := statement["Resource"].([]any)
			if !ok {
				of = []any{statement["Resource"]}
			}
			for _, action := range statement["Action"].([]any) {
				for _, r := range of {
					list = append(list, action.(string)+" "+named(t, r)+by)
				}
			}
		}
	}
	slices.Sort(list)
	return list
}

// named is what a policy names: a resource of the template by its name there, or another as it is spelt.
func named(t *testing.T, r any) string {
	t.Helper()
	if spelt, ok := r.(object)["Fn::Sub"]; ok {
		return spelt.(string)
	}
	id, ok := r.(object)["Fn::GetAtt"].([]any)
	require.True(t, ok, "%v", r)
	require.Equal(t, "Arn", id[1])
	return id[0].(string)
}

// TestPromises holds of the permissions above, which the test above holds the
// template to, what this project promises of them.
func TestPromises(t *testing.T) {
	may := func(does func(action, of string) bool) (roles []string) {
		for role, list := range permissions {
			if slices.ContainsFunc(list, func(p string) bool {
				action, of, _ := strings.Cut(p, " ")
				return does(action, of)
			}) {
				roles = append(roles, role)
			}
		}
		slices.Sort(roles)
		return roles
	}
	reads := func(table string) []string {
		return may(func(action, of string) bool { return of == table && !writes[action] })
	}
	lists := func(table string) []string {
		return may(func(action, of string) bool { return of == table && !writes[action] && action != "dynamodb:GetItem" })
	}
	require.Equal(t, []string{"AggregateRole", "IntakeRole"}, reads("SubmissionsTable"), "intake: one item, by its receipt")
	require.Equal(t, []string{"AggregateRole"}, lists("SubmissionsTable"))
	require.Equal(t, []string{"AggregateRole"}, reads("ChangesTable"))
	require.Equal(t, []string{"AggregateRole"}, may(func(_, of string) bool { return of == "WorkingsTable" }))
	require.Equal(t, []string{"AggregateRole", "DashboardRole"}, reads("ReleasesTable"))
	require.Equal(t, []string{"AggregateRole"}, may(func(action, of string) bool { return of == "ReleasesTable" && writes[action] }))
	require.Equal(t, []string{"AdminRole", "AggregateRole"}, may(func(_, of string) bool { return of == "SettingsTable" }))
	require.Equal(t, []string{"lambda:InvokeFunction AggregateFunction"}, except(permissions["AdminRole"], "SettingsTable", "TablesKey", "AdminLog", "ssm:GetParameter"), "admin: no submissions")
	require.Equal(t, []string{"AdminRole", "AggregateRole", "DashboardRole", "IntakeRole"}, may(func(action, _ string) bool { return strings.HasPrefix(action, "dynamodb:") }))
	require.Empty(t, may(func(action, of string) bool { return strings.Contains(action+of, "*") }))
	require.Empty(t, may(func(action, _ string) bool {
		return strings.Contains(action, "Delete") || strings.Contains(action, "PartiQL")
	}))
}

// except returns the permissions that are about none of these.
func except(list []string, about ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(p string) bool {
		return slices.ContainsFunc(about, func(a string) bool { return strings.Contains(p, a) })
	})
}

var writes = map[string]bool{"dynamodb:PutItem": true, "dynamodb:BatchWriteItem": true}

func TestTablesAreKeptForGood(t *testing.T) {
	all := resources(t)
	require.Equal(t, []string{"ChangesTable", "ReleasesTable", "SettingsTable", "SubmissionsTable", "WorkingsTable"}, ofType(all, "AWS::DynamoDB::Table"))
	for _, id := range ofType(all, "AWS::DynamoDB::Table") {
		table := all[id]
		require.Equal(t, "Retain", table.DeletionPolicy, id)
		require.Equal(t, "Retain", table.UpdateReplacePolicy, id)
		require.Equal(t, "PAY_PER_REQUEST", table.Properties["BillingMode"], id)
		require.Equal(t, true, table.Properties["DeletionProtectionEnabled"], id)
		require.Equal(t, object{"PointInTimeRecoveryEnabled": true}, table.Properties["PointInTimeRecoverySpecification"], id)
		require.Equal(t, object{"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": arn("TablesKey")}, table.Properties["SSESpecification"], id)
	}
	key := all["TablesKey"]
	require.Equal(t, "AWS::KMS::Key", key.Type)
	require.Equal(t, "Retain", key.DeletionPolicy)
	require.Equal(t, "Retain", key.UpdateReplacePolicy)
	require.Equal(t, true, key.Properties["EnableKeyRotation"])
}

func TestTablesToCreate(t *testing.T) {
	tables, err := infra.Tables(infratest.Template(t), infra.LocalPrefix)
	require.NoError(t, err)
	var got []string
	for _, table := range tables {
		line := fmt.Sprint(*table.TableName, " ", table.BillingMode)
		for _, k := range table.KeySchema {
			line += fmt.Sprint(" ", k.KeyType, " ", *k.AttributeName)
		}
		for _, a := range table.AttributeDefinitions {
			line += fmt.Sprint(" ", *a.AttributeName, ":", a.AttributeType)
		}
		got = append(got, line)
	}
	require.Equal(t, []string{
		"learning-for-life-changes PAY_PER_REQUEST HASH k RANGE i k:B i:B",
		"learning-for-life-releases PAY_PER_REQUEST HASH k RANGE i k:S i:S",
		"learning-for-life-settings PAY_PER_REQUEST HASH k RANGE i k:S i:S",
		"learning-for-life-submissions PAY_PER_REQUEST HASH k RANGE i k:B i:B",
		"learning-for-life-workings PAY_PER_REQUEST HASH k RANGE i k:S i:S",
	}, got)
}

func TestNothingOfATableIsLeftOut(t *testing.T) {
	_, err := infra.Tables([]byte(`{"Resources":{"ATable":{"Type":"AWS::DynamoDB::Table","Properties":{"GlobalSecondaryIndexes":[]}}}}`), "")
	require.ErrorContains(t, err, "ATable")
	require.ErrorContains(t, err, "GlobalSecondaryIndexes")
	_, err = infra.Tables([]byte(`{"Resources"`), "")
	require.ErrorContains(t, err, "reading the template")
}

func TestTransformTellsWhatIsMissing(t *testing.T) {
	_, err := infra.Transform(t.Context(), t.TempDir())
	require.ErrorContains(t, err, "template.yaml")
}
